// SPDX-License-Identifier: Apache-2.0
#include "core/rules/match_cache.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/rules/subject_key.hpp"

namespace procledger::rules {
namespace {

/// Names that are longer, as a hostile command line can make them, are not kept: they bound what the cache holds.
constexpr std::size_t kMaxTextBytes = 1024;

std::size_t text_bytes(const Verdict& verdict) {
  return std::accumulate(verdict.labels.begin(), verdict.labels.end(), verdict.name.size(),
                         [](std::size_t sum, const auto& label) { return sum + label.first.size() + label.second.size(); });
}

}  // namespace

MatchCache::MatchCache(std::shared_ptr<const RuleSet> rules, SipKey key, std::size_t entries)
    : rules_{std::move(rules)}, key_{key}, generation_entries_{std::max<std::size_t>(entries / 2, 1)} {}

std::shared_ptr<const Verdict> MatchCache::decide(const Subject& subject, const Surroundings& surroundings) {
  Evaluation evaluation = rules_->evaluation(subject, surroundings);
  facts_.clear();
  append_key(evaluation, rules_->decision_needs(), rules_->questions(), facts_);
  const Hash128 hash = siphash(key_, facts_);

  if (const auto found = young_.find(hash); found != young_.end()) {
    ++hits_;
    return found->second;
  }
  if (const auto found = old_.find(hash); found != old_.end()) {
    ++hits_;
    auto verdict = found->second;
    old_.erase(found);
    remember(hash, verdict);
    return verdict;
  }
  ++misses_;
  auto decided = rules_->decide(evaluation);
  auto verdict = decided ? std::make_shared<const Verdict>(*std::move(decided)) : nullptr;
  if (!verdict || text_bytes(*verdict) <= kMaxTextBytes) remember(hash, verdict);
  return verdict;
}

void MatchCache::remember(const Hash128& hash, std::shared_ptr<const Verdict> verdict) {
  if (young_.size() >= generation_entries_) {
    old_ = std::move(young_);
    young_.clear();
  }
  young_.emplace(hash, std::move(verdict));
}

}  // namespace procledger::rules
