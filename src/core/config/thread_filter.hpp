// SPDX-License-Identifier: Apache-2.0
// Whose threads are to be told apart, as it is written: a command's name, or the number of a process, which stands for all that descend
// from it, too.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "core/rules/rule.hpp"

namespace procledger::config {

/// @error  kUsage: neither a name nor a process number
[[nodiscard]] Result<void> add_to(rules::ThreadFilter& filter, std::string_view word);

/// "ceph-osd,3240"; spaces around a word do not count.
/// @error  kUsage: the word that is none
[[nodiscard]] Result<rules::ThreadFilter> parse_thread_filter(std::string_view list);

}  // namespace procledger::config
