// SPDX-License-Identifier: Apache-2.0
#include "core/config/regexes.hpp"

#include <utility>

#include "core/rules/pattern.hpp"

namespace procledger::config {
namespace {

constexpr std::size_t kMaxWeight = 500'000;  // instructions of all patterns: some thousand normal patterns, at most a second of time
constexpr std::size_t kWeightOfTooLarge = 20'000;

Regex failed(std::string message, std::size_t offset = 0) {
  Regex regex;
  regex.error = std::move(message);
  regex.error_offset = offset;
  return regex;
}

}  // namespace

const Regex& Regexes::of(const std::string& pattern) {
  if (const auto at = known_.find(pattern); at != known_.end()) return at->second;
  if (weight_ > kMaxWeight) return known_[pattern] = failed("the patterns of this file are too large together");
  weight_ += pattern.size();
  const auto compiled = rules::Pattern::parse(pattern);
  if (!compiled) {
    if (compiled.error().message.starts_with("pattern too large")) weight_ += kWeightOfTooLarge;
    return known_[pattern] = failed(compiled.error().message, compiled.error().offset);
  }
  weight_ += compiled->instructions();
  Regex regex;
  regex.ok = true;
  regex.groups = compiled->groups();
  for (std::string& name : compiled->group_names()) regex.captures.insert(std::move(name));
  return known_[pattern] = std::move(regex);
}

}  // namespace procledger::config
