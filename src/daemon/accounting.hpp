// SPDX-License-Identifier: Apache-2.0
// The books of one source, put together.
#pragma once

#include "collector/books.hpp"
#include "daemon/options.hpp"
#include "daemon/sources.hpp"

namespace procledger::daemon {

/// Everything between a source and its snapshots. Stays where it was made: its parts refer to each other.
struct Accounting {
  explicit Accounting(ChosenSource chosen)
      : source{std::move(chosen.source)}, reason{std::move(chosen.reason)}, ledger{grouping, {.attached_ns = source->attached_ns()}} {}
  Accounting(const Accounting&) = delete;
  Accounting& operator=(const Accounting&) = delete;

  [[nodiscard]] collector::Parts parts() { return {*source, ledger, grouping, host}; }
  [[nodiscard]] collector::BooksOptions books_options(const Options& options) const {
    return {.procfs = options.procfs, .passwd = "/etc/passwd", .source_reason = reason};
  }

  std::unique_ptr<source::Source> source;
  std::string reason;
  grouping::Grouping grouping{grouping::Limits{}};
  ledger::HostLedger host;
  ledger::Ledger ledger;
};

}  // namespace procledger::daemon
