// SPDX-License-Identifier: Apache-2.0
// Reads the sections of a configuration file other than the groups: collect, limits, threads, containers.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "core/config/checks.hpp"
#include "core/config/config.hpp"
#include "core/config/value.hpp"
#include "core/rules/rule.hpp"

namespace procledger::config {

/// Adds one word of a thread filter: the name of a command, or the number of a process, which also selects its descendants.
/// @error  kUsage: `word` is empty or not a valid PID
[[nodiscard]] Result<void> add_to(rules::ThreadFilter& filter, std::string_view word);

/// Parses a list such as "ceph-osd,3240". Spaces around a word are ignored.
/// @error  kUsage: the wrong word
[[nodiscard]] Result<rules::ThreadFilter> parse_thread_filter(std::string_view list);

[[nodiscard]] Collect read_collect(const Value& value);
[[nodiscard]] Limits read_limits(const Value& value);
[[nodiscard]] rules::ThreadFilter read_thread_filter(const Value& value);
[[nodiscard]] Containers read_containers(const Value& value);

/// Names of the labels that `containers` gives to all groups.
[[nodiscard]] CommonLabels common_labels(const Containers& containers);

}  // namespace procledger::config
