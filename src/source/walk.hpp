// SPDX-License-Identifier: Apache-2.0
// Raw readings of a collection, kept as bytes until the ring is drained: what they say may be older than what the ring says.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.hpp"
#include "bpf/wire.h"

namespace procledger::source {

/// One pass of the task iterator: a record for every task of the pid namespace. Reuses the room in `tasks`.
Result<void> read_tasks(int iterator_link_fd, std::vector<pl_task>& tasks);

/// One pass of the process iterator: a record for every living process that has memory of its own or files. One process each (a dead
/// leader's threads all speak for it), one address space each: the process that was born first has it.
Result<void> read_processes(int iterator_link_fd, std::vector<pl_process>& processes);

/// The finals of tasks that are not freed yet, appended to `finals`. Entries that go while reading may be missing, none is torn.
Result<void> read_finals(int map_fd, std::vector<pl_final>& finals);

/// Tells the finals in `finals` that have lain in `dead` longer than any free record is late, of tasks that are in no walk (zombies are):
/// their free was not seen. They are moved to `unseen` and taken out of the map.
Result<void> take_unseen(int map_fd, const std::vector<pl_task>& tasks, std::uint64_t boottime_ns, std::vector<pl_final>& finals,
                         std::vector<pl_final>& unseen);

/// The finals that found the ring full, appended to `finals` and taken out of the map.
Result<void> take_spilled(int map_fd, std::vector<pl_final>& finals);

}  // namespace procledger::source
