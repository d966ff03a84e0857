// SPDX-License-Identifier: Apache-2.0
// Raw readings of a collection, kept as bytes until the ring is drained: what they say may be older than what the ring says.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.hpp"
#include "bpf/wire.h"

namespace procledger::bpf {

/// What one pass over the tasks read.
struct Walk {
  std::vector<pl_task> tasks;
  std::vector<pl_process> processes;  ///< one of each living process that has memory of its own
  std::vector<std::byte> written;     ///< by the iterator; kept for its room
};

/// One pass of the task iterator: every task of the pid namespace. Of a dead leader's threads, which all speak for their process, the first
/// is taken; of processes that share an address space, the one that was born first has it. Reuses the room in `walk`.
/// @error kMalformed: the iterator wrote something else
Result<void> read_tasks(int iterator_link_fd, Walk& walk);

}  // namespace procledger::bpf
