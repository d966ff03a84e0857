// SPDX-License-Identifier: Apache-2.0
// The paths of the HTTP server and their responses. Does no I/O and never waits. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/metrics/snapshot.hpp"
#include "exposition/page_cache.hpp"
#include "exposition/page_model.hpp"

namespace procledger::exposition {

// A request and its response, independent of the HTTP library.

struct Request {
  std::string method;
  std::string path;  ///< without the query
  std::string accept;
  std::string accept_encoding;
};

struct Response {
  unsigned status{200};
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;  ///< without Content-Type
  std::shared_ptr<const std::string> body;                   ///< never null; shared, so that many scrapers cost one page
};

/// Reloads the configuration. Returns its errors, one per line; empty if the new configuration is in force. Called from any thread.
using Reload = std::function<std::string()>;

/// Answers requests for metrics, JSON, the landing page, health, readiness and reload. Owns the cache of rendered pages. The HTTP server
/// owns the site, calls it from its threads, and gets the snapshots from the provider.
class HttpHandler {
 public:
  /// @param model   the metrics of the metrics page; the JSON snapshot does not depend on it
  /// @param reload  null: reload over HTTP is forbidden
  HttpHandler(const metrics::SnapshotProvider& provider, std::string telemetry_path, Build build, PageModel model, Reload reload = nullptr);

  /// The response to a request that needs no snapshot; else absent, and the caller calls `answer` with a snapshot.
  [[nodiscard]] std::optional<Response> answer_now(const Request& request) const;

  /// @param snapshot  null if the collection failed: the response is 503
  [[nodiscard]] Response answer(const Request& request, const metrics::SnapshotPtr& snapshot);

 private:
  [[nodiscard]] std::string render(const metrics::Snapshot& snapshot, PageKind kind) const;
  [[nodiscard]] Response landing_page() const;
  [[nodiscard]] Response reload(std::string_view method) const;
  [[nodiscard]] Response readiness() const;

  const metrics::SnapshotProvider& provider_;
  std::string telemetry_path_;
  Build build_;
  PageModel model_;
  Reload reload_;
  PageCache pages_;
};

/// A response of one line of plain text.
[[nodiscard]] Response plain_text(unsigned status, std::string line);

}  // namespace procledger::exposition
