// SPDX-License-Identifier: Apache-2.0
// What is known of one process, as rules ask for it. Internal to grouping.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/grouping/host_lookup.hpp"
#include "core/ledger/classifier.hpp"
#include "core/rules/process_attributes.hpp"

namespace procledger::grouping {

/// Collects only what `needs` names. Stays where it was made: its subject is a view of it.
class Asked final : public rules::Surroundings {
 public:
  Asked(World& world, const ledger::ProcessFacts& facts, const ledger::Program* program, std::optional<Place> place,
        const rules::Needs& needs);
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  [[nodiscard]] const rules::Subject& subject() const { return subject_; }
  [[nodiscard]] const Place* place() const { return place_ ? &*place_ : nullptr; }

  [[nodiscard]] bool descends_from(std::uint32_t ancestor_tgid) const override {
    return facts_.ancestry != nullptr && facts_.ancestry->descends_from(ancestor_tgid);
  }
  [[nodiscard]] std::optional<std::uint32_t> pid_in(const std::string& pidfile) const override { return world_.pid_in(pidfile); }

 private:
  World& world_;
  const ledger::ProcessFacts& facts_;
  std::optional<Place> place_;
  std::string user_;
  std::vector<std::string> cgroups_;
  std::vector<std::string_view> cgroup_views_;
  rules::Subject subject_;
};

}  // namespace procledger::grouping
