// SPDX-License-Identifier: Apache-2.0
// Assigns a group to a process: the group of the first matching rule, else the inherited group, else the default.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/grouping/group_table.hpp"
#include "core/grouping/policy.hpp"
#include "core/ledger/classifier.hpp"
#include "core/rules/match_cache.hpp"
#include "core/rules/process_attributes.hpp"

namespace procledger::grouping {

/// Classifies processes for the ledger. Owns the policy, the match cache and the table of groups. The ledger calls `decide`; the collector
/// replaces the policy on a reload and reads the table for snapshots. Does not account usage. For one thread.
class Grouping final : public ledger::Classifier {
 public:
  /// @param key   random, see rules::MatchCache
  /// @param self  number of this process
  Grouping(rules::HostLookup& host, Policy policy, SipKey key, std::uint32_t self);

  ledger::Decision decide(const ledger::ProcessFacts& facts) override;
  ledger::Decision unattributed() override { return intern_reserved(kUnattributedGroup); }
  void learn(const event::CgroupNamed& cgroup) override { host_.learn(cgroup); }
  void forget_cgroup(std::uint64_t id) override { host_.forget_cgroup(id); }

  /// Replaces the rules. A group with the same key in the old and new rules continues. The ledger must reclassify all processes afterwards.
  void replace(Policy policy, SipKey key);

  [[nodiscard]] const Policy& policy() const { return policy_; }
  [[nodiscard]] GroupTable& table() { return table_; }
  [[nodiscard]] const GroupTable& table() const { return table_; }
  /// The group of processes that are left out of the export; absent until there is such a process.
  [[nodiscard]] std::optional<ledger::GroupId> hidden_group() const { return hidden_; }
  [[nodiscard]] const rules::SeriesOptions& series(ledger::GroupId group) const { return traits_[group].series; }
  /// Number of classifications for which a required part of the program was cut or unknown.
  [[nodiscard]] std::uint64_t facts_cut() const { return facts_cut_; }
  [[nodiscard]] const rules::MatchCache& cache() const { return *cache_; }

 private:
  /// A group before the labels that the place of a process adds.
  struct Traits {
    GroupKey base;
    rules::SeriesOptions series;
  };

  ledger::Decision group_of(rules::ProcessAttributes& process);
  ledger::Decision by_rules(rules::ProcessAttributes& process);
  ledger::Decision join(const ledger::Membership& membership, rules::ProcessAttributes& process);
  ledger::Decision enter(GroupKey base, rules::SeriesOptions series, bool claimed, rules::ProcessAttributes& process);
  ledger::Decision intern_reserved(std::string_view name);
  ledger::Decision with_traits(ledger::Decision decision, GroupKey base, rules::SeriesOptions series, bool claimed);
  ledger::Decision hidden();
  [[nodiscard]] bool exists(const ledger::Membership& membership) const;
  void enter_fixed();

  rules::HostLookup& host_;
  Policy policy_;
  std::unique_ptr<rules::MatchCache> cache_;
  std::uint32_t self_;
  GroupTable table_;
  std::vector<Traits> traits_;  ///< by GroupId
  std::optional<ledger::GroupId> hidden_;
  std::uint64_t facts_cut_{};
};

}  // namespace procledger::grouping
