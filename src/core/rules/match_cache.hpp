// SPDX-License-Identifier: Apache-2.0
// Decisions of a RuleSet, remembered: processes that are alike in all that the rules look at are decided once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/siphash.hpp"
#include "core/rules/process_attributes.hpp"
#include "core/rules/rule_set.hpp"

namespace procledger::rules {

/// Appends the required attributes, and the answers to all questions about descent, so that no two different sets of them read the same.
void append_key(ProcessAttributes& process, const RequiredAttributes& required, std::string& key);

/// For one thread. What the rules ask about descent and pidfiles is asked anew for every decision and is part of what has to be alike.
class MatchCache {
 public:
  static constexpr std::size_t kEntries = 16'384;

  /// `key` has to be random: with a known one, processes could be made that are taken for others. A reload makes a new cache.
  MatchCache(std::shared_ptr<const RuleSet> rules, SipKey key, std::size_t entries = kEntries);

  /// What RuleSet::match says; null if no rule matches.
  std::shared_ptr<const RuleMatch> match(ProcessAttributes& process);

  [[nodiscard]] std::uint64_t hits() const { return hits_; }
  [[nodiscard]] std::uint64_t misses() const { return misses_; }
  [[nodiscard]] std::size_t size() const { return young_.size() + old_.size(); }

 private:
  struct LowHalf {
    [[nodiscard]] std::size_t operator()(const Hash128& hash) const { return hash.low; }
  };
  using Generation = std::unordered_map<Hash128, std::shared_ptr<const RuleMatch>, LowHalf>;

  void remember(const Hash128& hash, std::shared_ptr<const RuleMatch> match);

  std::shared_ptr<const RuleSet> rules_;
  SipKey key_;
  std::size_t generation_entries_;
  Generation young_;  ///< asked for since the last change of generations; when it is full, it becomes the old one
  Generation old_;
  std::string text_;  ///< the key of the decision at hand; a member to keep its memory
  std::uint64_t hits_{};
  std::uint64_t misses_{};
};

}  // namespace procledger::rules
