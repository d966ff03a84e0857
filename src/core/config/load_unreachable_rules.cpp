// SPDX-License-Identifier: Apache-2.0
// Finds rules that no process can match. The check compares patterns as texts, so it reports only certain cases.
#include <algorithm>
#include <array>
#include <cstddef>

#include "core/config/load.hpp"

namespace procledger::config {
namespace {

using Items = std::vector<std::string>;  // sorted

template <typename Number>
Items texts_of(const std::vector<Number>& numbers) {
  Items texts;
  for (const Number number : numbers) texts.push_back(std::to_string(number));
  return texts;
}

Items texts_of(const std::vector<rules::EnvCondition>& conditions) {
  Items texts;
  for (const rules::EnvCondition& each : conditions) {
    texts.push_back(each.name + "=" + std::to_string(static_cast<int>(each.kind)) + each.text);
  }
  return texts;
}

/// The keys of a Match as lists. The first kAny lists are ORed: one matching item is enough. The items of the other lists are ANDed.
struct Keys {
  static constexpr std::size_t kAny = 12;
  std::array<Items, 14> lists;

  explicit Keys(const rules::Match& match)
      : lists{match.comm,       match.exe, match.argv0,     match.user,          match.pidfile,        match.cgroup,  match.unit,
              match.namespaces, match.pod, match.container, texts_of(match.pid), texts_of(match.ppid), match.cmdline, texts_of(match.env)} {
    for (Items& items : lists) std::sort(items.begin(), items.end());
  }
};

bool holds_all(const Items& outer, const Items& inner) { return std::includes(outer.begin(), outer.end(), inner.begin(), inner.end()); }

/// Whether `wide` matches everything that `narrow` matches.
bool covers(const Keys& wide, const Keys& narrow) {
  for (std::size_t i = 0; i < wide.lists.size(); ++i) {
    if (wide.lists[i].empty()) continue;
    const bool any = i < Keys::kAny;
    if (any && (narrow.lists[i].empty() || !holds_all(wide.lists[i], narrow.lists[i]))) return false;
    if (!any && !holds_all(narrow.lists[i], wide.lists[i])) return false;
  }
  return true;
}

/// Whether `excluding` excludes everything that `excluded` excludes.
bool excludes_all(const Keys& excluding, const Keys& excluded) {
  for (std::size_t i = 0; i < excluded.lists.size(); ++i) {
    if (!holds_all(excluding.lists[i], excluded.lists[i])) return false;
  }
  return true;
}

/// Whether `exclude` excludes every process that `match` matches.
bool contradicts(const Keys& match, const Keys& exclude) {
  for (std::size_t i = 0; i < match.lists.size(); ++i) {
    if (match.lists[i].empty()) continue;
    if (i < Keys::kAny) {
      if (holds_all(exclude.lists[i], match.lists[i])) return true;
    } else {
      Items shared;
      std::set_intersection(match.lists[i].begin(), match.lists[i].end(), exclude.lists[i].begin(), exclude.lists[i].end(),
                            std::back_inserter(shared));
      if (!shared.empty()) return true;
    }
  }
  return false;
}

struct Both {
  Keys match;
  Keys exclude;
};

}  // namespace

void check_reach(const std::vector<rules::Rule>& rules, const std::vector<Value>& groups) {
  constexpr std::size_t kMaxRules = 2000;  // the loop compares every pair of rules
  std::vector<Both> seen;
  for (std::size_t i = 0; i < std::min(rules.size(), kMaxRules); ++i) {
    Both mine{Keys{rules[i].match}, Keys{rules[i].exclude}};
    if (contradicts(mine.match, mine.exclude)) {
      groups[i].warning({"this group is always empty", {}, "the key not excludes every process that the key match selects"});
    }
    const auto first = std::find_if(seen.begin(), seen.end(), [&mine](const Both& earlier) {
      return covers(earlier.match, mine.match) && excludes_all(mine.exclude, earlier.exclude);
    });
    if (first != seen.end()) {
      const Value& earlier = groups[static_cast<std::size_t>(first - seen.begin())];
      groups[i].warning({"no process reaches this rule",
                         {},
                         earlier.path() + " in line " + std::to_string(earlier.node().place.line) + " matches all of its processes first"});
    }
    seen.push_back(std::move(mine));
  }
}

}  // namespace procledger::config
