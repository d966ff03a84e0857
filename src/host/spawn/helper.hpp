// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace procledger::spawn {

/// What the helper answers to each byte that it reads.
struct Answer {
  std::int64_t pid{};  ///< negative: the errno of a fork that failed
  std::uint64_t began_ns{};
  std::int64_t exec_errno{};
};

/// The helper's life, until the other end of `control` is closed. It has nothing but copies of what the caller had: system calls only.
/// @param argv  ends with a null pointer
[[noreturn]] void help(int control, pid_t parent, const char* name, const std::vector<char*>& argv);

}  // namespace procledger::spawn
