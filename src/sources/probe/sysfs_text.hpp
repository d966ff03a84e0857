// SPDX-License-Identifier: Apache-2.0
// What small files of the kernel say. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sources/probe/host_facts.hpp"

namespace procledger::probe {

/// "none [integrity] confidentiality": the one in brackets is in force.
/// @source security/lockdown/lockdown.c:lockdown_read
[[nodiscard]] std::optional<probe::Lockdown> parse_lockdown(std::string_view text);

/// The hidepid in a procfs's mount options, "rw,hidepid=invisible,gid=23"; 0 where there is none, and for the members of the group in gid=,
/// which is root unless it is there.
/// @source fs/proc/root.c; numbers until 5.7, words since 5.8
[[nodiscard]] std::optional<int> parse_hidepid(std::string_view options, std::span<const std::uint32_t> groups);

/// Whether /proc/PID/schedstat of a process that has run counts anything: zeros are what a kernel without CONFIG_SCHED_INFO prints.
[[nodiscard]] bool counts_anything(std::string_view schedstat);

/// Whether a filter of system calls is in force, from the text of /proc/PID/status; absent: the kernel has no such filters.
[[nodiscard]] std::optional<bool> parse_seccomp(std::string_view status);

/// The number in a file of /proc/sys.
[[nodiscard]] std::optional<int> parse_setting(std::string_view text);

}  // namespace procledger::probe
