// SPDX-License-Identifier: Apache-2.0
// Raw records of a scan, kept until the ring is drained: a record of the scan may be older than a record of the ring.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.hpp"
#include "bpf/wire.h"

namespace procledger::bpf {

/// Records of one scan.
struct TaskScan {
  std::vector<pl_task> tasks;
  std::vector<pl_process> processes;  ///< one per living process, kernel threads excepted
  std::vector<std::byte> written;     ///< bytes of the iterator, kept to reuse the memory
};

/// Scans every task of the pid namespace once with the task iterator. When a leader has exited, each living thread has a pl_process and the
/// first one counts. When processes share an address space, the memory belongs to the process that started first. Reuses the memory of
/// `scan`.
/// @error kMalformed: the iterator ended in the middle of a record
Result<void> read_tasks(int iterator_link_fd, TaskScan& scan);

}  // namespace procledger::bpf
