// SPDX-License-Identifier: Apache-2.0
// What is served under which path. Does no I/O and waits for nothing. Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "exposition/http_message.hpp"
#include "exposition/model.hpp"
#include "exposition/page_cache.hpp"
#include "metrics/provider.hpp"

namespace procledger::exposition {

class Site {
 public:
  /// @param model  what the metrics page has; the JSON snapshot is the same whatever it is
  Site(const metrics::SnapshotProvider& provider, std::string telemetry_path, Build build, PageModel model);

  /// The answer, unless it takes a snapshot: then nothing, and `answer` is to be called with one.
  [[nodiscard]] std::optional<Response> answer_now(const Request& request) const;

  /// @param snapshot  null when the collection failed: 503
  [[nodiscard]] Response answer(const Request& request, const metrics::SnapshotPtr& snapshot);

 private:
  [[nodiscard]] std::string render(const metrics::Snapshot& snapshot, PageKind kind) const;
  [[nodiscard]] Response landing_page() const;
  [[nodiscard]] Response readiness() const;

  const metrics::SnapshotProvider& provider_;
  std::string telemetry_path_;
  Build build_;
  PageModel model_;
  PageCache pages_;
};

/// One line of plain text.
[[nodiscard]] Response plain_text(unsigned status, std::string line);

}  // namespace procledger::exposition
