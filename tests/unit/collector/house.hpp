// SPDX-License-Identifier: Apache-2.0
// The dependencies of a collector, over a test /proc.
#pragma once

#include <memory>
#include <string>

#include "collector/pipeline.hpp"
#include "unit/collector/fake_source.hpp"

namespace procledger::collector {

struct House {
  explicit House(std::string procfs = "/nowhere", std::string passwd = "/nowhere", std::uint64_t attached_ns = 0)
      : lookup{std::move(procfs), std::move(passwd), {container::CgroupIndex{{}}, container::PodLogs{""}}},
        ledger{grouping, {.attached_ns = attached_ns}} {}

  [[nodiscard]] Dependencies parts(sampler::BackgroundSampler* slow = nullptr) { return {owned, ledger, lookup, grouping, host, slow}; }

  std::unique_ptr<event::Source> owned{std::make_unique<FakeSource>()};
  FakeSource& source{static_cast<FakeSource&>(*owned)};  ///< valid until the source is replaced
  Rules rules{compile_rules({}).value()};
  FileHostLookup lookup;
  grouping::Grouping grouping{lookup, rules.policy, rules.key, 1};
  ledger::Ledger ledger;
  ledger::HostLedger host;
};

}  // namespace procledger::collector
