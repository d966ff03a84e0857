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

/// Writes the length first, so that a text cannot run into the next one.
void append_text(std::string& key, std::string_view text) {
  append_number(key, text.size());
  key += text;
}

/// Distinguishes an unknown text from an empty one.
void append_text(std::string& key, std::optional<std::string_view> text) {
  key += text ? '\1' : '\0';
  if (text) append_text(key, *text);
}

void append_cgroups(std::string& key, const std::vector<std::string>& paths) {
  append_number(key, paths.size());
  for (const std::string& path : paths) append_text(key, std::string_view{path});
}

void append_texts(ProcessAttributes& process, const RequiredAttributes& required, std::string& key) {
  constexpr std::array<std::pair<Attribute, TextAttribute>, 6> kTexts{{
      {Attribute::kExe, &ProcessAttributes::exe},
      {Attribute::kCgroup, &ProcessAttributes::cgroup},
      {Attribute::kUnit, &ProcessAttributes::unit},
      {Attribute::kNamespace, &ProcessAttributes::namespace_name},
      {Attribute::kPod, &ProcessAttributes::pod},
      {Attribute::kContainer, &ProcessAttributes::container},
  }};
  if (required.has(Attribute::kUser)) append_text(key, process.user());
  for (const auto& [attribute, text] : kTexts) {
    if (required.has(attribute)) append_text(key, (process.*text)());
  }
}

/// Matches with longer texts, as a hostile command line can produce, are not cached. The limit bounds the memory of the cache.
constexpr std::size_t kMaxTextBytes = 1024;

std::size_t text_bytes(const RuleMatch& match) {
  return std::accumulate(match.labels.begin(), match.labels.end(), match.name.size(),
                         [](std::size_t sum, const auto& label) { return sum + label.first.size() + label.second.size(); });
}

}  // namespace

void append_key(ProcessAttributes& process, const RequiredAttributes& required, std::string& key) {
  key += process.kernel_thread() ? '\1' : '\0';
  if (required.has(Attribute::kComm)) append_text(key, process.comm());
  if (required.has(Attribute::kUid)) append_number(key, process.uid());
  if (required.has(Attribute::kTgid)) append_number(key, process.tgid());
  if (required.has(Attribute::kParentTgid)) append_number(key, process.parent_tgid());
  if (required.has(Attribute::kStartTime)) append_number(key, process.start_unix_ns());
  if (required.has(Attribute::kArgs)) {
    append_text(key, process.args());
  } else if (required.has(Attribute::kArgv0)) {
    append_text(key, process.argv0());
  }
  append_texts(process, required, key);
  if (required.has(Attribute::kCgroups)) append_cgroups(key, process.cgroups());
  for (const std::string& name : required.variables) {
    const Variable variable = process.variable(name);
    append_number(key, variable.state);
    append_text(key, variable.value);
  }
  for (std::size_t i = 0; i < required.descent_questions.size(); ++i) key += process.descends(i) ? '\1' : '\0';
}

MatchCache::MatchCache(std::shared_ptr<const RuleSet> rules, SipKey key, std::size_t entries)
    : rules_{std::move(rules)}, key_{key}, generation_entries_{std::max<std::size_t>(entries / 2, 1)} {}

std::shared_ptr<const RuleMatch> MatchCache::match(ProcessAttributes& process) {
  text_.clear();
  append_key(process, rules_->required_to_match(), text_);
  const Hash128 hash = siphash(key_, text_);

  if (const auto found = young_.find(hash); found != young_.end()) {
    ++hits_;
    return found->second;
  }
  if (const auto found = old_.find(hash); found != old_.end()) {
    ++hits_;
    auto match = found->second;
    old_.erase(found);
    remember(hash, match);
    return match;
  }
  ++misses_;
  auto decided = rules_->match(process);
  auto match = decided ? std::make_shared<const RuleMatch>(*std::move(decided)) : nullptr;
  if (!match || text_bytes(*match) <= kMaxTextBytes) remember(hash, match);
  return match;
}

void MatchCache::remember(const Hash128& hash, std::shared_ptr<const RuleMatch> match) {
  if (young_.size() >= generation_entries_) {
    old_ = std::move(young_);
    young_.clear();
  }
  young_.emplace(hash, std::move(match));
}

}  // namespace procledger::rules
