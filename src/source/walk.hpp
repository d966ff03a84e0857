// SPDX-License-Identifier: Apache-2.0
// Raw readings of a collection, kept as bytes until the ring is drained: what they say may be older than what the ring says.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.hpp"
#include "bpf/wire.h"

namespace procledger::source {

/// What one pass over the tasks read.
struct Walk {
  std::vector<pl_task> tasks;         ///< by tid
  std::vector<pl_process> processes;  ///< one of each living process that has memory of its own
  std::vector<std::byte> written;     ///< by the iterator; kept for its room
};

/// One pass of the task iterator: every task of the pid namespace. Of a dead leader's threads, which all speak for their process, the first
/// is taken; of processes that share an address space, the one that was born first has it. Reuses the room in `walk`.
/// @error kMalformed: the iterator wrote something else
Result<void> read_tasks(int iterator_link_fd, Walk& walk);

/// The finals of tasks that are not freed yet, appended to `finals`. Entries that go while reading may be missing, none is torn.
Result<void> read_finals(int map_fd, std::vector<pl_final>& finals);

/// Leaves out zombies that had died before the last walk, which told them: this one shows them with the same numbers.
void drop_told(const Walk& walk, std::uint64_t last_walk_ns, std::vector<pl_final>& finals);

/// Tells the finals in `finals` that have lain in `dead` longer than any free record is late, of tasks that are in no walk (zombies are):
/// their free was not seen. They are moved to `unseen` and taken out of the map.
Result<void> take_unseen(int map_fd, const Walk& walk, std::uint64_t boottime_ns, std::vector<pl_final>& finals,
                         std::vector<pl_final>& unseen);

/// The finals that found the ring full, appended to `finals` and taken out of the map.
Result<void> take_spilled(int map_fd, std::vector<pl_final>& finals);

}  // namespace procledger::source
