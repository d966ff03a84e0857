// SPDX-License-Identifier: Apache-2.0
// The kernel functions that the threads of a process sleep in.
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

/// Number of threads by the kernel function that they sleep in.
using WaitChannels = std::map<std::string, std::uint64_t>;

/// Max number of different functions. Threads sleep in some dozens of functions of a kernel; the bound protects from a fake /proc.
constexpr std::size_t kMaxWaitChannels = 64;

/// Adds threads to `function`. Functions beyond the maximum count as "(other)".
void add_wait_channel(WaitChannels& channels, const std::string& function, std::uint64_t threads);

/// The function in the text of a wchan file, safe to show, at most 127 bytes. Absent for "0": the thread runs or is runnable, or the reader
/// lacks PTRACE_MODE_READ.
/// @source  fs/proc/base.c:proc_pid_wchan
[[nodiscard]] std::optional<std::string> parse_wait_channel(std::string_view text);

/// Counts every sleeping thread once. Incomplete when `go_on` returns false. Empty on kernels without names of functions (CONFIG_KALLSYMS).
/// @error  kGone: the process has ended; else as the system call
[[nodiscard]] Result<WaitChannels> read_wait_channels(const ProcessDir& process, const GoOn& go_on);

}  // namespace procledger::procfs
