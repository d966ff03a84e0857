// SPDX-License-Identifier: Apache-2.0
// Descriptors of another process. Tests use them to remove a hook of a running daemon.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/result.hpp"

namespace procledger::test {

/// The descriptor in this process of the BPF link of a program.
[[nodiscard]] std::optional<int> link_of_program(pid_t pid, const std::string& program);

/// Closes a descriptor of the process by dup2 of its stdin to the number, so that no other file gets the number. The system call runs in
/// the process (ptrace).
/// @error kIo, kPermission: the process cannot be traced; kUnsupported: on this architecture
[[nodiscard]] Result<void> lose_in(pid_t pid, int fd);

}  // namespace procledger::test
