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
  Site(const metrics::SnapshotProvider& provider, std::string telemetry_path, Build build);

  /// The answer, unless it takes a snapshot: then nothing, and `answer` is to be called with one.
  [[nodiscard]] std::optional<Response> answer_now(const Request& request) const;

  /// @param snapshot  null when the collection failed: 503
  [[nodiscard]] Response answer(const Request& request, const metrics::SnapshotPtr& snapshot);

 private:
  [[nodiscard]] Response landing_page() const;
  [[nodiscard]] Response readiness() const;

  const metrics::SnapshotProvider& provider_;
  std::string telemetry_path_;
  Build build_;
  PageCache pages_;
};

/// One line of plain text.
[[nodiscard]] Response plain_text(unsigned status, std::string line);

}  // namespace procledger::exposition
