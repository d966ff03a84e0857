// SPDX-License-Identifier: Apache-2.0
// Reads the items of `groups`, and `default`.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "core/config/checks.hpp"
#include "core/config/value.hpp"
#include "core/rules/rule.hpp"

namespace procledger::config {

inline constexpr std::array<std::string_view, 13> kMatchKeys{"comm", "exe",    "cmdline", "user",      "pid", "pidfile",  "ppid",
                                                             "env",  "cgroup", "unit",    "namespace", "pod", "container"};

/// Reads the value of `match` or `not`.
[[nodiscard]] rules::Match read_match(const Value& value);

/// Reads a text or a list of texts. Runs `check` on each item and returns the items that are text.
template <typename Check>
std::vector<std::string> read_texts(const Value& value, std::string_view expected, const Check& check) {
  std::vector<std::string> texts;
  for (const Value& item : value.items(expected)) {
    if (auto text = item.text(expected)) {
      check(item, *text);
      texts.push_back(*std::move(text));
    }
  }
  return texts;
}

/// Reads one item of `groups`.
[[nodiscard]] rules::Rule read_group(const Value& value, const CommonLabels& common);

/// Reads the value of `default`: a template, or nothing for `drop`.
[[nodiscard]] std::optional<std::string> read_fallback(const Value& value);

}  // namespace procledger::config
