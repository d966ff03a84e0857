// SPDX-License-Identifier: Apache-2.0
// Parsers of small text files of the kernel. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sources/probe/host_facts.hpp"

namespace procledger::probe {

/// Parses "none [integrity] confidentiality": the word in brackets is in force.
/// @source security/lockdown/lockdown.c:lockdown_read
[[nodiscard]] std::optional<probe::Lockdown> parse_lockdown(std::string_view text);

/// The option hidepid of a procfs mount, as in "rw,hidepid=invisible,gid=23". 0 without the option, and for members of the group of gid=
/// (default: root).
/// @source fs/proc/root.c; numbers until 5.7, words since 5.8
[[nodiscard]] std::optional<int> parse_hidepid(std::string_view options, std::span<const std::uint32_t> groups);

/// Whether /proc/PID/schedstat of a process that has run has a value other than 0. A kernel without CONFIG_SCHED_INFO prints zeros.
[[nodiscard]] bool counts_anything(std::string_view schedstat);

/// Whether a seccomp filter is in force, from the text of /proc/PID/status; absent: the kernel has no seccomp.
[[nodiscard]] std::optional<bool> parse_seccomp(std::string_view status);

/// The number in a file of /proc/sys.
[[nodiscard]] std::optional<int> parse_setting(std::string_view text);

}  // namespace procledger::probe
