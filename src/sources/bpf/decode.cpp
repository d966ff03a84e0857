// SPDX-License-Identifier: Apache-2.0
#include "sources/bpf/decode.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace procledger::bpf {
namespace {

// include/linux/sched.h; unchanged from 5.10 to 7.3.
constexpr std::uint32_t kInterruptible = 0x1;
constexpr std::uint32_t kUninterruptible = 0x2;
constexpr std::uint32_t kStopped = 0x4;
constexpr std::uint32_t kTraced = 0x8;
constexpr std::uint32_t kNoLoad = 0x400;
constexpr std::uint32_t kExitStateShift = 16;

event::State decode_state(std::uint32_t state) {
  if (state >> kExitStateShift != 0) return event::State::kZombie;  // EXIT_DEAD is on its way out and counts as dead, too
  if ((state & (kStopped | kTraced)) != 0) return event::State::kStopped;
  if ((state & kUninterruptible) != 0) return (state & kNoLoad) != 0 ? event::State::kIdle : event::State::kDiskSleep;
  if ((state & kInterruptible) != 0) return event::State::kSleeping;
  return state == 0 ? event::State::kRunning : event::State::kOther;
}

std::uint64_t page_bytes() {
  static const auto bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return bytes;
}

std::string_view bounded_text(const char* text, std::size_t room) { return {text, strnlen(text, room)}; }

template <typename Record>
std::optional<event::ProcessId> parent_of(const Record& record) {
  if ((record.valid & PL_HAS_PARENT) == 0) return std::nullopt;
  return event::ProcessId{.handle = record.parent_signal, .tgid = record.parent_tgid};
}

}  // namespace

event::Totals decode(const pl_usage& usage) {
  return {.cpu_ns = usage.cpu_ns,
          .user_ticks_ns = usage.utime_ns,
          .system_ticks_ns = usage.stime_ns,
          .wait_ns = usage.wait_ns,
          .voluntary_switches = usage.voluntary,
          .involuntary_switches = usage.involuntary,
          .minor_faults = usage.minor_faults,
          .major_faults = usage.major_faults,
          .storage_read_bytes = usage.storage_read_bytes,
          .storage_written_bytes = usage.storage_written_bytes,
          .call_read_bytes = usage.call_read_bytes,
          .call_written_bytes = usage.call_written_bytes,
          .call_reads = usage.call_reads,
          .call_writes = usage.call_writes};
}

event::Observation decode(const pl_task& task) {
  event::Observation seen;
  seen.task = {.handle = task.task, .birth_ns = task.birth_ns};
  seen.process = {.handle = task.signal, .tgid = task.tgid};
  seen.parent = parent_of(task);
  seen.total = decode(task.usage);
  seen.pending_ns = task.pending_ns;
  if ((task.valid & PL_HAS_CGROUP) != 0) seen.cgroup_id = task.cgroup_id;
  seen.tid = task.tid;
  seen.uid = task.uid;
  seen.exit_status = task.exit_code;
  seen.live_threads = task.live;
  seen.state = decode_state(task.state);
  seen.leader = (task.flags & PL_LEADER) != 0;
  seen.kernel_thread = (task.flags & PL_KTHREAD) != 0;
  seen.group_exit = (task.flags & PL_GROUP_EXIT) != 0;
  seen.died = (task.flags & PL_DIED) != 0;
  seen.comm = event::Comm{bounded_text(task.comm, sizeof(task.comm))};
  return seen;
}

event::Zombie decode_zombie(const pl_task& task) {
  return {.task = {.handle = task.task, .birth_ns = task.birth_ns},
          .process = {.handle = task.signal, .tgid = task.tgid},
          .parent = parent_of(task),
          .leader = (task.flags & PL_LEADER) != 0};
}

event::Final decode(const pl_dead& dead) {
  event::Final event{
      .task = decode(dead.task), .death_ns = dead.event.time_ns, .peak = {}, .autoreaped = (dead.task.flags & PL_AUTOREAPED) != 0};
  if ((dead.task.valid & PL_HAS_PEAK) != 0) event.peak = dead.peak_pages * page_bytes();
  return event;
}

event::Freed decode(const pl_free& free) {
  return {.task = {.handle = free.task, .birth_ns = free.birth_ns},
          .process = {.handle = free.signal, .tgid = free.tgid},
          .parent = parent_of(free),
          .tid = free.tid,
          .exit_status = free.exit_code,
          .leader = (free.flags & PL_LEADER) != 0,
          .group_exit = (free.flags & PL_GROUP_EXIT) != 0,
          .autoreaped = (free.flags & PL_AUTOREAPED) != 0,
          .time_ns = free.event.time_ns};
}

event::Holding decode(const pl_process& process) {
  event::Holding holding;
  holding.process = {.handle = process.signal, .tgid = process.tgid};
  holding.birth_ns = process.birth_ns;
  if ((process.valid & PL_HAS_MEMORY) != 0) {
    const std::uint64_t page = page_bytes();
    event::Memory memory{.anonymous = process.anon_pages * page,
                         .file = process.file_pages * page,
                         .shared = process.shmem_pages * page,
                         .swapped = process.swap_pages * page,
                         .mapped = process.virtual_pages * page,
                         .peak = process.peak_pages * page};
    memory.peak = std::max(memory.peak, memory.resident());  // the kernel brings its own up to date only when memory shrinks
    holding.memory = memory;
  }
  if ((process.valid & PL_HAS_FDS) != 0) holding.files = event::Files{.open = process.open_fds, .limit = process.max_fds};
  return holding;
}

}  // namespace procledger::bpf
