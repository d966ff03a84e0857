// SPDX-License-Identifier: Apache-2.0
#include "core/rules/match_cache.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>

namespace procledger::rules {
namespace {

template <typename Number>
void append_number(std::string& key, Number number) {
  key.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

/// With its length: what follows cannot pass for a part of it.
void append_text(std::string& key, std::string_view text) {
  append_number(key, text.size());
  key += text;
}

/// Not known is not the same as empty.
void append_text(std::string& key, std::optional<std::string_view> text) {
  key += text ? '\1' : '\0';
  if (text) append_text(key, *text);
}

void append_cgroups(std::string& key, std::span<const std::string_view> paths) {
  append_number(key, paths.size());
  for (const std::string_view path : paths) append_text(key, path);
}

void append_texts(const Subject& facts, const Needs& needs, std::string& key) {
  constexpr std::array kTexts{
      std::pair{Fact::kExe, &Subject::exe},
      std::pair{Fact::kUser, &Subject::user},
      std::pair{Fact::kCgroup, &Subject::cgroup},
      std::pair{Fact::kUnit, &Subject::unit},
      std::pair{Fact::kNamespace, &Subject::namespace_name},
      std::pair{Fact::kPod, &Subject::pod},
      std::pair{Fact::kContainer, &Subject::container},
  };
  for (const auto& [fact, text] : kTexts) {
    if (needs.has(fact)) append_text(key, facts.*text);
  }
}

/// Names that are longer, as a hostile command line can make them, are not kept: they bound what the cache holds.
constexpr std::size_t kMaxTextBytes = 1024;

std::size_t text_bytes(const Verdict& verdict) {
  return std::accumulate(verdict.labels.begin(), verdict.labels.end(), verdict.name.size(),
                         [](std::size_t sum, const auto& label) { return sum + label.first.size() + label.second.size(); });
}

}  // namespace

void append_key(Evaluation& subject, const Needs& needs, std::size_t questions, std::string& key) {
  const Subject& facts = subject.subject();
  key += facts.kernel_thread ? '\1' : '\0';
  if (needs.has(Fact::kComm)) append_text(key, facts.comm);
  if (needs.has(Fact::kUid)) append_number(key, facts.uid);
  if (needs.has(Fact::kTgid)) append_number(key, facts.tgid);
  if (needs.has(Fact::kParentTgid)) append_number(key, facts.parent_tgid);
  if (needs.has(Fact::kStartTime)) {
    key += facts.start_unix_ns ? '\1' : '\0';
    append_number(key, facts.start_unix_ns.value_or(0));
  }
  if (needs.has(Fact::kArgs)) {
    append_text(key, subject.args());
  } else if (needs.has(Fact::kArgv0)) {
    append_text(key, subject.argv0());
  }
  append_texts(facts, needs, key);
  if (needs.has(Fact::kCgroups)) append_cgroups(key, facts.cgroups);
  for (const std::string& name : needs.variables) {
    const Variable variable = subject.variable(name);
    append_number(key, variable.state);
    append_text(key, variable.value);
  }
  for (std::size_t i = 0; i < questions; ++i) key += subject.descends(i) ? '\1' : '\0';
}

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
