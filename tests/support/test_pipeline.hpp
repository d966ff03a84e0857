// SPDX-License-Identifier: Apache-2.0
// The parts of the daemon between the kernel and the accounts, in the process of the test and without a collector: only the test drains.
// Works with any source.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/grouping/grouping.hpp"
#include "core/ledger/ledger.hpp"
#include "sources/bpf/bpf_source.hpp"
#include "support/known_host.hpp"

namespace procledger::test {

class TestPipeline {
 public:
  /// Loads and attaches the BPF source, and collects once.
  [[nodiscard]] static Result<std::unique_ptr<TestPipeline>> open(const bpf::BpfOptions& options = {});
  /// Takes an open source, and collects once.
  [[nodiscard]] static Result<std::unique_ptr<TestPipeline>> open(Result<std::unique_ptr<event::Source>> source);

  [[nodiscard]] Result<void> collect() { return source_->collect(ledger_); }
  /// Collects through a sink that passes every event to `sink()`.
  [[nodiscard]] Result<void> collect(event::Sink& through) { return source_->collect(through); }
  [[nodiscard]] event::Sink& sink() { return ledger_; }
  [[nodiscard]] event::Source& source() { return *source_; }

  [[nodiscard]] const ledger::Ledger& ledger() const { return ledger_; }
  /// The running or zombie process with this tgid, or null.
  [[nodiscard]] ledger::ProcessPtr process(pid_t tgid) const;

  /// Sum over the groups with this prefix and, if `unattributed`, over "(unattributed)".
  [[nodiscard]] ledger::Account sum(const std::string& prefix, bool unattributed = false) const;

  /// The number of lost records by causes that contain this text.
  [[nodiscard]] std::uint64_t lost(std::string_view part_of_cause);
  /// All losses as text, with the runs of programs that the kernel skipped.
  [[nodiscard]] std::string losses();

 private:
  explicit TestPipeline(std::unique_ptr<event::Source> source);

  std::unique_ptr<event::Source> source_;
  KnownHost host_;
  grouping::Grouping grouping_;
  ledger::Ledger ledger_;
};

}  // namespace procledger::test
