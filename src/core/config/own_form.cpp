// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "core/config/forms.hpp"
#include "core/config/group.hpp"
#include "core/config/sections.hpp"

namespace procledger::config {
namespace {

// The last one is the other form's, and never there; a complaint may name it.
constexpr std::array<std::string_view, 9> kTopKeys{"collect",      "limits",     "groups",  "default",      "children",
                                                   "exclude_self", "containers", "threads", "process_names"};
constexpr std::array<std::string_view, 2> kChildren{"inherit", "own"};

}  // namespace

Config read_own_form(const Value& root) {
  Config config;
  const auto members = root.members(kTopKeys);
  if (const Value* collect = find(members, "collect")) config.collect = read_collect(*collect);
  if (const Value* limits = find(members, "limits")) config.limits = read_limits(*limits);
  if (const Value* containers = find(members, "containers")) config.containers = read_containers(*containers);
  if (const Value* groups = find(members, "groups")) {
    const auto items = groups->list();
    const CommonLabels common = common_labels(config.containers);
    for (const Value& item : items) config.book.rules.push_back(read_group(item, common));
    if (!root.file_failed()) check_reach(config.book.rules, items);
  }
  if (const Value* fallback = find(members, "default")) config.book.fallback = read_fallback(*fallback);
  if (const Value* children = find(members, "children")) config.book.inherit = children->word(kChildren).value_or(0) == 0;
  if (const Value* threads = find(members, "threads")) config.book.thread_filter = read_thread_filter(*threads);
  if (const Value* self = find(members, "exclude_self")) config.book.exclude_self = self->flag().value_or(false);
  return config;
}

}  // namespace procledger::config
