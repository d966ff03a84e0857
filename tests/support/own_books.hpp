// SPDX-License-Identifier: Apache-2.0
// The pieces of the daemon between the kernel and the accounts, in this process and without a collector: nobody drains but the test. With
// any source.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/grouping/grouping.hpp"
#include "core/ledger/ledger.hpp"
#include "sources/bpf/bpf_source.hpp"
#include "support/known_host.hpp"

namespace procledger::test {

class OwnBooks {
 public:
  /// Loads, attaches and collects once.
  [[nodiscard]] static Result<std::unique_ptr<OwnBooks>> open(const bpf::BpfOptions& options = {});
  /// With a source that is open; collects once.
  [[nodiscard]] static Result<std::unique_ptr<OwnBooks>> open(Result<std::unique_ptr<event::Source>> source);

  [[nodiscard]] Result<void> collect() { return source_->collect(ledger_); }
  /// Through a sink that hands everything on to `sink()`.
  [[nodiscard]] Result<void> collect(event::Sink& through) { return source_->collect(through); }
  [[nodiscard]] event::Sink& sink() { return ledger_; }
  [[nodiscard]] event::Source& source() { return *source_; }

  [[nodiscard]] const ledger::Ledger& ledger() const { return ledger_; }
  /// The living or zombie process with this tgid, or null.
  [[nodiscard]] ledger::ProcessPtr process(pid_t tgid) const;

  /// Sum over the groups with this prefix, and over "(unattributed)" too if asked for.
  [[nodiscard]] ledger::Account sum(const std::string& prefix, bool unattributed = false) const;

  /// Records lost, of causes that contain this.
  [[nodiscard]] std::uint64_t lost(std::string_view part_of_cause);
  /// All of them in words, and runs of programs that the kernel skipped.
  [[nodiscard]] std::string losses();

 private:
  explicit OwnBooks(std::unique_ptr<event::Source> source);

  std::unique_ptr<event::Source> source_;
  KnownHost host_;
  grouping::Grouping grouping_;
  ledger::Ledger ledger_;
};

}  // namespace procledger::test
