// SPDX-License-Identifier: Apache-2.0
#include "config/regexes.hpp"

#include <cstdint>
#include <utility>

#include <re2/re2.h>

namespace procledger::config {
namespace {

constexpr std::int64_t kRegexBytes = 1 << 20;     // as where they are used
constexpr std::size_t kMaxPatternBytes = 16'384;  // as there
constexpr std::size_t kMaxWeight = 500'000;  // instructions of all: some thousand patterns of the usual size, a second of time at worst
constexpr std::size_t kWeightOfTooLarge = 20'000;

Regex failed(std::string message) {
  Regex regex;
  regex.error = std::move(message);
  return regex;
}

Regex facts_of(const re2::RE2& compiled) {
  if (!compiled.ok()) {
    Regex regex = failed(compiled.error());
    regex.error_part = compiled.error_arg();
    return regex;
  }
  Regex regex;
  regex.ok = true;
  regex.groups = compiled.NumberOfCapturingGroups();
  for (const auto& [name, index] : compiled.NamedCapturingGroups()) regex.captures.insert(name);
  return regex;
}

}  // namespace

const Regex& Regexes::of(const std::string& pattern) {
  if (const auto at = known_.find(pattern); at != known_.end()) return at->second;
  if (pattern.size() > kMaxPatternBytes) return known_[pattern] = failed("more than 16384 bytes");
  if (weight_ > kMaxWeight) return known_[pattern] = failed("the patterns of this file are too large together");
  re2::RE2::Options options{re2::RE2::Quiet};
  options.set_max_mem(kRegexBytes);
  const re2::RE2 compiled{pattern, options};
  const bool too_large = compiled.error_code() == re2::RE2::ErrorPatternTooLarge;
  weight_ += pattern.size() + (compiled.ok() ? static_cast<std::size_t>(compiled.ProgramSize()) : too_large ? kWeightOfTooLarge : 0);
  return known_[pattern] = facts_of(compiled);
}

}  // namespace procledger::config
