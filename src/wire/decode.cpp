// SPDX-License-Identifier: Apache-2.0
#include "wire/decode.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace procledger::wire {
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

// A record in the ring is aligned to 8 bytes and lives until the consumer moves on, so a view of it is enough.
template <typename Record>
const Record* view(std::span<const std::byte> bytes) {
  return bytes.size() >= sizeof(Record) ? reinterpret_cast<const Record*>(bytes.data()) : nullptr;
}

template <typename Record>
std::optional<event::ProcessId> parent_of(const Record& record) {
  if ((record.valid & PL_HAS_PARENT) == 0) return std::nullopt;
  return event::ProcessId{.handle = record.parent_signal, .tgid = record.parent_tgid};
}

Result<void> malformed(std::string_view what, std::size_t size) {
  return fail(ErrorKind::kMalformed, "kernel record: " + std::string{what} + " of " + std::to_string(size) + " bytes");
}

event::Changed decode_change(const pl_change& change) { return {.task = decode(change.task), .time_ns = change.event.time_ns}; }

Result<void> deliver_exec(std::span<const std::byte> record, event::Sink& sink) {
  const auto* exec = view<pl_exec>(record);
  if (exec == nullptr || record.size() - sizeof(pl_exec) < exec->args_len) return malformed("exec", record.size());
  event::Execed event{.task = decode(exec->task),
                      .filename = {exec->filename, std::min<std::size_t>(exec->filename_len, sizeof(exec->filename))},
                      .args = {},
                      .filename_cut = (exec->task.flags & PL_FILENAME_CUT) != 0,
                      .args_cut = (exec->task.flags & PL_ARGS_CUT) != 0,
                      .previous_tid = exec->old_tid,
                      .time_ns = exec->event.time_ns};
  if ((exec->task.valid & PL_HAS_ARGS) != 0) {
    event.args = std::string_view{reinterpret_cast<const char*>(record.data() + sizeof(pl_exec)), exec->args_len};
  }
  sink.on_exec(event);
  return {};
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

std::uint64_t time_of(std::span<const std::byte> record) {
  const auto* header = view<pl_event>(record);
  return header == nullptr ? 0 : header->time_ns;
}

Result<void> deliver(std::span<const std::byte> record, event::Sink& sink) {
  const auto* header = view<pl_event>(record);
  if (header == nullptr) return malformed("header", record.size());
  const auto* change = view<pl_change>(record);
  switch (header->kind) {
    case PL_FORK: {
      const auto* fork = view<pl_fork>(record);
      if (fork == nullptr) return malformed("fork", record.size());
      sink.on_fork({.child = decode(fork->task), .creator = {.handle = fork->creator_signal, .tgid = fork->creator_tgid}});
      return {};
    }
    case PL_EXEC:
      return deliver_exec(record, sink);
    case PL_RENAME:
      if (change == nullptr) return malformed("rename", record.size());
      sink.on_rename(decode_change(*change));
      return {};
    case PL_CGROUP:
      if (change == nullptr) return malformed("cgroup", record.size());
      sink.on_move(decode_change(*change));
      return {};
    case PL_DEAD: {
      const auto* dead = view<pl_dead>(record);
      if (dead == nullptr) return malformed("death", record.size());
      sink.on_died(decode(*dead));
      return {};
    }
    case PL_FREE: {
      const auto* free = view<pl_free>(record);
      if (free == nullptr) return malformed("free", record.size());
      sink.on_freed(decode(*free));
      return {};
    }
    default:
      return malformed("kind " + std::to_string(header->kind), record.size());
  }
}

}  // namespace procledger::wire
