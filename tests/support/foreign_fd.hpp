// SPDX-License-Identifier: Apache-2.0
// Descriptors of another process: to take a hook away from under a daemon that runs.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/result.hpp"

namespace procledger::test {

/// The descriptor of that process which is the BPF link of the program by this name.
[[nodiscard]] std::optional<int> link_of_program(pid_t pid, const std::string& program);

/// Has the process lose one of its descriptors: its stdin takes the number, which nothing else can be given then. The system call runs in
/// it (ptrace).
/// @error kIo, kPermission: it cannot be traced; kUnsupported: on this architecture
[[nodiscard]] Result<void> lose_in(pid_t pid, int fd);

}  // namespace procledger::test
