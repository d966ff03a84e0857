// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections.hpp"

#include <algorithm>
#include <array>

#include "base/duration.hpp"
#include "core/config/thread_filter.hpp"

namespace procledger::config {
namespace {

constexpr std::array<std::string_view, 2> kCollectKeys{"interval", "lifetime_histogram"};
constexpr std::array<std::string_view, 3> kLimitKeys{"groups", "series", "label_bytes"};
constexpr std::array<std::string_view, 1> kThreadKeys{"filter"};
constexpr std::string_view kInterval = "0s, or a duration from 10ms to 1h such as 500ms, 5s, 1m30s";
constexpr std::chrono::milliseconds kShortest{10};
constexpr std::chrono::milliseconds kLongest = std::chrono::hours{1};

std::string interval_hint(const std::string& text) {
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits ? "a number needs a unit: did you mean \"" + text.substr(0, 20) + "s\"?" : "";
}

}  // namespace

Collect read_collect(const Value& value) {
  Collect collect;
  const auto members = value.members(kCollectKeys);
  if (const Value* interval = find(members, "interval")) {
    if (const auto text = interval->text(kInterval)) {
      const auto length = parse_duration(*text);
      if (!length || (length->count() != 0 && (*length < kShortest || *length > kLongest))) {
        interval->error({quoted(*text), std::string{kInterval}, length ? "" : interval_hint(*text)});
      } else {
        collect.interval = *length;
      }
    }
  }
  if (const Value* histogram = find(members, "lifetime_histogram")) {
    collect.lifetime_histogram = histogram->flag().value_or(collect.lifetime_histogram);
  }
  return collect;
}

Limits read_limits(const Value& value) {
  Limits limits;
  const auto members = value.members(kLimitKeys);
  const auto read = [&members](std::string_view key, std::uint32_t& limit, std::uint32_t from, std::uint32_t to) {
    if (const Value* found = find(members, key)) limit = found->number(from, to).value_or(limit);
  };
  read("groups", limits.groups, 1, 100'000);
  read("series", limits.series, 100, 10'000'000);
  read("label_bytes", limits.label_bytes, 16, 1024);
  return limits;
}

rules::ThreadFilter read_thread_filter(const Value& value) {
  rules::ThreadFilter filter;
  const auto members = value.members(kThreadKeys);
  const Value* items = find(members, "filter");
  if (items == nullptr) return filter;
  constexpr std::string_view kExpected = "a command's name or a process number, or a list of them";
  for (const Value& item : items->items(kExpected)) {
    const auto word = item.text(kExpected);
    if (!word) continue;
    if (auto taken = add_to(filter, *word); !taken) item.error({quoted(*word), std::string{kExpected}, taken.error().message});
  }
  return filter;
}

}  // namespace procledger::config
