// SPDX-License-Identifier: Apache-2.0
// What is served under which path. Does no I/O and waits for nothing. Thread-safe.
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

// A request and its answer, without any HTTP library.

struct Request {
  std::string method;
  std::string path;  ///< without the query
  std::string accept;
  std::string accept_encoding;
};

struct Response {
  unsigned status{200};
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;  ///< beside Content-Type
  std::shared_ptr<const std::string> body;                   ///< shared, so that many scrapers cost one page; never null
};

/// Reads the configuration again. Returns what is wrong with it, one a line; empty: it is in force. Called from any thread.
using Reload = std::function<std::string()>;

class Site {
 public:
  /// @param model   what the metrics page has; the JSON snapshot is the same whatever it is
  /// @param reload  null: not over HTTP
  Site(const metrics::SnapshotProvider& provider, std::string telemetry_path, Build build, PageModel model, Reload reload = nullptr);

  /// The answer, unless it takes a snapshot: then nothing, and `answer` is to be called with one.
  [[nodiscard]] std::optional<Response> answer_now(const Request& request) const;

  /// @param snapshot  null when the collection failed: 503
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

/// One line of plain text.
[[nodiscard]] Response plain_text(unsigned status, std::string line);

}  // namespace procledger::exposition
