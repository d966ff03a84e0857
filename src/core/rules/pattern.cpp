// SPDX-License-Identifier: Apache-2.0
#include "core/rules/pattern.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include <re2/re2.h>

namespace procledger::rules {
namespace {

constexpr std::int64_t kRegexBytes = 1 << 20;     // bounds the automaton that hostile texts can make a pattern grow
constexpr std::size_t kMaxPatternBytes = 16'384;  // the library complains on its own about much longer ones

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

/// What linear time cannot have, by how it begins.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kForeign{{
    {"(?=", "looking ahead is not supported"},
    {"(?!", "looking ahead is not supported"},
    {"(?<=", "looking behind is not supported"},
    {"(?<!", "looking behind is not supported"},
    {"(?<", "a group gets its name by (?P<name>...)"},
    {"(?P=", "back references are not supported"},
}};

PatternError explained(const re2::RE2& regex, std::string_view pattern) {
  constexpr std::size_t kNowhere = std::string_view::npos;
  const std::string& wrong = regex.error_arg();
  const std::size_t offset = pattern.find(wrong);
  PatternError error{offset == kNowhere ? 0 : offset, wrong, regex.error()};
  if (regex.error_code() != re2::RE2::ErrorBadPerlOp) return error;
  // The library tells "(?P" of "(?P=", which good groups begin with as well.
  if (wrong == "(?P" && pattern.find("(?P=") != kNowhere) error.offset = pattern.find("(?P=");
  for (const auto& [start, message] : kForeign) {
    if (!pattern.substr(error.offset).starts_with(start)) continue;
    error.found = start;
    error.message = message;
    break;
  }
  return error;
}

}  // namespace

tl::expected<Pattern, PatternError> Pattern::parse(std::string_view pattern) {
  if (pattern.size() > kMaxPatternBytes) {
    return tl::unexpected<PatternError>{{kMaxPatternBytes, "", "a pattern has at most 16384 bytes"}};
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRegexBytes);
  auto regex = std::make_shared<const re2::RE2>(piece(pattern), options);
  if (!regex->ok()) return tl::unexpected{explained(*regex, pattern)};
  return Pattern{std::move(regex)};
}

bool Pattern::found_in(std::string_view text) const { return re2::RE2::PartialMatch(piece(text), *regex_); }

bool Pattern::matches_whole(std::string_view text) const { return re2::RE2::FullMatch(piece(text), *regex_); }

void Pattern::capture(std::string_view text, Captures& captures) const {
  std::vector<re2::StringPiece> caught(static_cast<std::size_t>(regex_->NumberOfCapturingGroups()) + 1);
  if (!regex_->Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, caught.data(), static_cast<int>(caught.size()))) return;
  const auto& names = regex_->CapturingGroupNames();
  for (std::size_t group = 0; group < caught.size(); ++group) {
    const auto name = names.find(static_cast<int>(group));
    captures[name == names.end() ? "" : name->second] = std::string{caught[group].data(), caught[group].size()};
  }
}

std::optional<std::string> Pattern::first_caught(std::string_view text) const {
  std::vector<re2::StringPiece> caught(groups() + 1);
  if (!regex_->Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, caught.data(), static_cast<int>(caught.size())))
    return std::nullopt;
  const auto first = std::find_if(caught.begin() + 1, caught.end(), [](const re2::StringPiece& group) { return !group.empty(); });
  if (first == caught.end()) return std::nullopt;
  return std::string{first->data(), first->size()};
}

std::vector<std::string> Pattern::group_names() const {
  std::vector<std::string> names;
  for (const auto& [name, group] : regex_->NamedCapturingGroups()) names.push_back(name);
  return names;
}

std::size_t Pattern::groups() const { return static_cast<std::size_t>(regex_->NumberOfCapturingGroups()); }

std::size_t Pattern::instructions() const { return static_cast<std::size_t>(regex_->ProgramSize()); }

}  // namespace procledger::rules
