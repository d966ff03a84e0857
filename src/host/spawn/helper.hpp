// SPDX-License-Identifier: Apache-2.0
// Small: the protocol between this process and the helper, apart from the code of either.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace procledger::spawn {

/// The helper's answer to each byte that it reads.
struct Answer {
  std::int64_t pid{};  ///< negative: the errno of a failed fork, negated
  std::uint64_t began_ns{};
  std::int64_t exec_errno{};
};

/// Runs the helper until the other end of `control` is closed. Uses only system calls, because the helper has only copies of the caller's
/// state.
/// @param argv  ends with a null pointer
[[noreturn]] void help(int control, pid_t parent, const char* name, const std::vector<char*>& argv);

}  // namespace procledger::spawn
