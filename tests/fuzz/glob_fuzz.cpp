// SPDX-License-Identifier: Apache-2.0
// A pattern, a newline, a text: the globs agree with a slow matcher that follows the documented rules literally.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/rules/pattern.hpp"

namespace {

using procledger::rules::Glob;
using procledger::rules::PatternCompiler;

/// The end of a set, and whether the set contains `c`. The pattern is valid.
std::size_t set_holds(std::string_view pattern, std::size_t at, unsigned char c, bool& holds) {
  ++at;
  const bool negated = pattern[at] == '!' || pattern[at] == '^';
  if (negated) ++at;
  bool found = false;
  const auto member = [&] {
    if (pattern[at] == '\\') ++at;
    return static_cast<unsigned char>(pattern[at++]);
  };
  for (const std::size_t first = at; pattern[at] != ']' || at == first;) {
    const unsigned char low = member();
    unsigned char high = low;
    if (pattern[at] == '-' && pattern[at + 1] != ']') {
      ++at;
      high = member();
    }
    found = found || (low <= c && c <= high);
  }
  holds = found != negated && c != '/';
  return at + 1;
}

/// reach[i]: the pattern so far matches the text before text[i].
using Reach = std::vector<bool>;

Reach after_stars(const Reach& before, std::string_view text, bool crossing) {
  Reach after(before);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (after[i] && (crossing || text[i] != '/')) after[i + 1] = true;
  }
  return after;
}

/// "**/" matches nothing, or any text up to and including a slash.
Reach after_components(const Reach& before, std::string_view text) {
  Reach after(before);
  const Reach crossed = after_stars(before, text, true);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (crossed[i] && text[i] == '/') after[i + 1] = true;
  }
  return after;
}

template <typename Takes>
Reach after_one(const Reach& before, std::string_view text, Takes takes) {
  Reach after(before.size());
  for (std::size_t i = 0; i < text.size(); ++i) after[i + 1] = before[i] && takes(text[i]);
  return after;
}

bool matches_slowly(std::string_view pattern, std::string_view text) {
  Reach reach(text.size() + 1);
  reach[0] = true;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t start = at;
    switch (pattern[at]) {
      case '*':
        while (at < pattern.size() && pattern[at] == '*') ++at;
        if (at - start > 1 && (start == 0 || pattern[start - 1] == '/') && at < pattern.size() && pattern[at] == '/') {
          reach = after_components(reach, text);
          ++at;
        } else {
          reach = after_stars(reach, text, at - start > 1);
        }
        break;
      case '?':
        ++at;
        reach = after_one(reach, text, [](char c) { return c != '/'; });
        break;
      case '[': {
        bool holds = false;
        at = set_holds(pattern, start, 0, holds);
        reach = after_one(reach, text, [&](char c) {
          set_holds(pattern, start, static_cast<unsigned char>(c), holds);
          return holds;
        });
        break;
      }
      default:
        if (pattern[at] == '\\') ++at;
        reach = after_one(reach, text, [&](char c) { return c == pattern[at]; });
        ++at;
    }
  }
  return reach[text.size()];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::size_t split = input.find('\n');
  if (split == std::string_view::npos) return 0;
  const std::string pattern{input.substr(0, split)};
  const std::string_view text = input.substr(split + 1);
  PatternCompiler compiler;
  const auto& whole = compiler.glob(pattern);
  const auto& subtree = compiler.glob(pattern, Glob::Reach::kSubtree);
  if (whole.has_value() != subtree.has_value()) std::abort();
  if (!whole) {
    if (whole.error().offset > pattern.size() || whole.error().found.empty()) std::abort();
    return 0;
  }
  if (whole->matches(text) != matches_slowly(pattern, text)) std::abort();
  if (whole->matches(text) && !subtree->matches(text)) std::abort();
  return 0;
}
