// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>
#include <vector>

#include "bpf/wire.h"

namespace procledger::bpf {

inline pl_task some_task() {
  pl_task task{};
  task.task = 0xffff888000001000;
  task.signal = 0xffff888000002000;
  task.start_boottime_ns = 77;
  task.usage.cpu_ns = 1000;
  task.pending_ns = 5;
  task.usage.utime_ns = 600;
  task.usage.stime_ns = 400;
  task.parent_signal = 0xffff888000003000;
  task.parent_tgid = 1;
  task.cgroup_id = 99;
  task.tid = 43;
  task.tgid = 42;
  task.uid = 1000;
  task.exit_code = 0x100;
  task.live = 3;
  std::strcpy(task.comm, "worker");
  return task;
}

template <typename Record>
std::vector<std::byte> bytes_of(const Record& record, std::string_view tail = {}) {
  std::vector<std::byte> bytes(sizeof(record) + tail.size());
  std::memcpy(bytes.data(), &record, sizeof(record));
  if (!tail.empty()) std::memcpy(bytes.data() + sizeof(record), tail.data(), tail.size());
  return bytes;
}

}  // namespace procledger::bpf
