// SPDX-License-Identifier: Apache-2.0
// The sections that say how to collect, and not what belongs where.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "core/config/checks.hpp"
#include "core/config/config.hpp"
#include "core/config/value.hpp"
#include "core/rules/rule.hpp"

namespace procledger::config {

// Whose threads are to be told apart, as it is written: a command's name, or the number of a process, which stands for all that descend
// from it, too.

/// @error  kUsage: neither a name nor a process number
[[nodiscard]] Result<void> add_to(rules::ThreadFilter& filter, std::string_view word);

/// "ceph-osd,3240"; spaces around a word do not count.
/// @error  kUsage: the word that is none
[[nodiscard]] Result<rules::ThreadFilter> parse_thread_filter(std::string_view list);

[[nodiscard]] Collect read_collect(const Value& value);
[[nodiscard]] Limits read_limits(const Value& value);
[[nodiscard]] rules::ThreadFilter read_thread_filter(const Value& value);
[[nodiscard]] Containers read_containers(const Value& value);

/// The names that these give to all groups.
[[nodiscard]] CommonLabels common_labels(const Containers& containers);

}  // namespace procledger::config
