// SPDX-License-Identifier: Apache-2.0
// Remembers the matches of a RuleSet, so that processes with equal required attributes are matched once.
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

/// Appends the required attributes and the answers to all descent questions. Different sets give different keys.
void append_key(ProcessAttributes& process, const RequiredAttributes& required, std::string& key);

/// A bounded cache in front of a RuleSet, keyed by a hash of the required attributes. Grouping owns one per configuration and calls `match`
/// for every process that it classifies. Descent and pidfiles are evaluated for every process, because their answers are part of the key.
/// For one thread.
class MatchCache {
 public:
  static constexpr std::size_t kEntries = 16'384;

  /// @param key      random: with a known key, a user can construct processes whose hashes collide
  /// @param entries  bound of both generations together
  MatchCache(std::shared_ptr<const RuleSet> rules, SipKey key, std::size_t entries = kEntries);

  /// The result of RuleSet::match; null if no rule matches.
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
  Generation young_;  ///< entries used since the last change of generations; when full, it replaces the old generation
  Generation old_;
  std::string text_;  ///< the key of the current call; a member, so that its memory is reused
  std::uint64_t hits_{};
  std::uint64_t misses_{};
};

}  // namespace procledger::rules
