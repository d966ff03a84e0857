// SPDX-License-Identifier: Apache-2.0
// What the threads of a process sleep in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "host/procfs/file.hpp"
#include "host/procfs/process_dir.hpp"

namespace procledger::procfs {

/// Threads by the kernel function that they sleep in.
using WaitChannels = std::map<std::string, std::uint64_t>;

/// So many different functions at most. Kernels know some dozens that anything sleeps in; the bound is for a /proc that is none.
constexpr std::size_t kMostWaitChannels = 64;

/// What comes when there are that many counts as "(other)".
void add_wait_channel(WaitChannels& channels, const std::string& function, std::uint64_t threads);

/// The function in the text of a wchan file, safe to show, at most 127 bytes. Absent for a thread that runs, or is about to: those are in
/// no function. The kernel says the same for want of rights (PTRACE_MODE_READ).
/// @source  fs/proc/base.c:proc_pid_wchan
[[nodiscard]] std::optional<std::string> parse_wait_channel(std::string_view text);

/// Every thread that sleeps, once. Incomplete when `go_on` says no. Empty on kernels that know no names of functions (CONFIG_KALLSYMS).
/// @error  kGone: the process has ended; else as the system call
[[nodiscard]] Result<WaitChannels> read_wait_channels(const ProcessDir& process, const GoOn& go_on);

}  // namespace procledger::procfs
