// SPDX-License-Identifier: Apache-2.0
// What is served under which path. Does no I/O and waits for nothing. Thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/metrics/provider.hpp"
#include "exposition/host_metrics.hpp"
#include "exposition/http_message.hpp"
#include "exposition/page_cache.hpp"

namespace procledger::exposition {

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
