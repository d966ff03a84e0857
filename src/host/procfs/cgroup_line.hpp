// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace procledger::procfs {

/// The cgroup of a process in one hierarchy, from the text of /proc/PID/cgroup, as the reader's cgroup namespace shows it.
/// @param controller  of the v1 hierarchy, alone or with others; empty: the v2 hierarchy
/// @return  into the text; absent: not in that hierarchy, or its cgroup was removed
[[nodiscard]] std::optional<std::string_view> parse_cgroup_line(std::string_view text, std::string_view controller);

/// Whether a comma-separated list has this item.
[[nodiscard]] bool lists(std::string_view list, std::string_view item);

}  // namespace procledger::procfs
