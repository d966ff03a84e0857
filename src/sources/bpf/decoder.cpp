// SPDX-License-Identifier: Apache-2.0
#include "sources/bpf/decoder.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

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
  if (state >> kExitStateShift != 0) return event::State::kZombie;  // EXIT_DEAD tasks count as zombies as well
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

/// A lost exec record leaves its path and environment behind. Above this number all of them are dropped.
constexpr std::size_t kMaxAhead = 1024;

// A record in the ring is aligned to 8 bytes and lives until the consumer moves on, so a view of it is enough.
template <typename Record>
const Record* view(std::span<const std::byte> bytes) {
  return bytes.size() >= sizeof(Record) ? reinterpret_cast<const Record*>(bytes.data()) : nullptr;
}

Result<void> malformed(std::string_view what, std::size_t size) {
  return fail(ErrorKind::kMalformed, "malformed kernel record: " + std::string{what} + " of " + std::to_string(size) + " bytes");
}

template <typename Record, typename Deliver>
Result<void> with(std::span<const std::byte> bytes, std::string_view what, Deliver deliver) {
  const auto* record = view<Record>(bytes);
  if (record == nullptr) return malformed(what, bytes.size());
  deliver(*record);
  return {};
}

event::Changed decode_change(const pl_change& change) { return {.task = decode(change.task), .time_ns = change.event.time_ns}; }

event::Forked decode_fork(const pl_fork& fork) {
  return {.child = decode(fork.task), .creator = {.handle = fork.creator_signal, .tgid = fork.creator_tgid}};
}

event::CgroupNamed decode_cgroup(const pl_cgroup& cgroup) {
  const std::size_t length = std::min<std::size_t>(cgroup.path_len, sizeof(cgroup.path) - 1);
  return {.id = cgroup.cgroup_id, .path = {cgroup.path, length}, .path_cut = length == sizeof(cgroup.path) - 1};
}

// Turns names from the file up, with a NUL after each, into a path from the root.
std::string path_of(std::string_view names) {
  std::string path;
  path.reserve(names.size());
  while (!names.empty()) {
    names.remove_suffix(1);
    const auto before = names.rfind('\0');
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    path += '/';
    path += names.substr(begin);
    names = names.substr(0, begin);
  }
  return path;
}

}  // namespace

event::TaskCounters decode(const pl_usage& usage) {
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
          .storage_cancelled_bytes = usage.storage_cancelled_bytes,
          .call_read_bytes = usage.call_read_bytes,
          .call_written_bytes = usage.call_written_bytes,
          .call_reads = usage.call_reads,
          .call_writes = usage.call_writes};
}

event::Observation decode(const pl_task& task) {
  event::Observation seen;
  seen.task = {.handle = task.task, .start_boottime_ns = task.start_boottime_ns};
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
  seen.exited = (task.flags & PL_DIED) != 0;
  seen.comm = event::Comm{bounded_text(task.comm, sizeof(task.comm))};
  return seen;
}

event::Zombie decode_zombie(const pl_task& task) {
  return {.task = {.handle = task.task, .start_boottime_ns = task.start_boottime_ns},
          .process = {.handle = task.signal, .tgid = task.tgid},
          .parent = parent_of(task),
          .leader = (task.flags & PL_LEADER) != 0};
}

event::TaskExit decode(const pl_dead& dead) {
  event::TaskExit event{
      .task = decode(dead.task), .exit_boottime_ns = dead.event.time_ns, .peak = {}, .autoreaped = (dead.task.flags & PL_AUTOREAPED) != 0};
  if ((dead.task.valid & PL_HAS_PEAK) != 0) event.peak = dead.peak_pages * page_bytes();
  return event;
}

event::TaskRelease decode(const pl_free& free) {
  return {.task = {.handle = free.task, .start_boottime_ns = free.start_boottime_ns},
          .process = {.handle = free.signal, .tgid = free.tgid},
          .parent = parent_of(free),
          .tid = free.tid,
          .exit_status = free.exit_code,
          .leader = (free.flags & PL_LEADER) != 0,
          .group_exit = (free.flags & PL_GROUP_EXIT) != 0,
          .autoreaped = (free.flags & PL_AUTOREAPED) != 0,
          .time_ns = free.event.time_ns};
}

event::ProcessUsage decode(const pl_process& process) {
  event::ProcessUsage holding;
  holding.process = {.handle = process.signal, .tgid = process.tgid};
  holding.start_boottime_ns = process.start_boottime_ns;
  if ((process.valid & PL_HAS_MEMORY) != 0) {
    const std::uint64_t page = page_bytes();
    event::Memory memory{.anonymous = process.anon_pages * page,
                         .file = process.file_pages * page,
                         .shared = process.shmem_pages * page,
                         .swapped = process.swap_pages * page,
                         .mapped = process.virtual_pages * page,
                         .hugetlb = process.hugetlb_pages * page,
                         .peak = process.peak_pages * page};
    memory.peak = std::max(memory.peak, memory.resident());  // the kernel updates its peak only when memory shrinks
    holding.memory = memory;
  }
  if ((process.valid & PL_HAS_FDS) != 0) holding.files = event::Files{.open = process.open_fds, .limit = process.max_fds};
  return holding;
}

std::uint64_t time_of(std::span<const std::byte> record) {
  const auto* header = view<pl_event>(record);
  return header == nullptr ? 0 : header->time_ns;
}

Decoder::Ahead& Decoder::ahead_of(std::uint64_t task) {
  if (ahead_.size() >= kMaxAhead && !ahead_.contains(task)) ahead_.clear();
  return ahead_[task];
}

Result<void> Decoder::keep_path(std::span<const std::byte> record) {
  const auto* path = view<pl_path>(record);
  if (path == nullptr || path->len > sizeof(path->names)) return malformed("path", record.size());
  Ahead& ahead = ahead_of(path->task);
  ahead.path = path_of({path->names, path->len});
  ahead.path_cut = path->cut != 0;
  return {};
}

Result<void> Decoder::keep_env(std::span<const std::byte> record) {
  const auto* env = view<pl_env>(record);
  if (env == nullptr || record.size() - sizeof(pl_env) < env->len) return malformed("environment", record.size());
  Ahead& ahead = ahead_of(env->task);
  ahead.env.emplace(reinterpret_cast<const char*>(record.data() + sizeof(pl_env)), env->len);
  ahead.env_cut = env->cut != 0;
  return {};
}

Result<void> Decoder::deliver_exec(std::span<const std::byte> record, event::Sink& sink) {
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
  const auto ahead = ahead_.extract(exec->task.task);
  if (ahead) {
    event.path = ahead.mapped().path;
    event.path_cut = ahead.mapped().path_cut;
    event.env = ahead.mapped().env;
    event.env_cut = ahead.mapped().env_cut;
  }
  sink.on_exec(event);
  return {};
}

Result<void> Decoder::deliver(std::span<const std::byte> record, event::Sink& sink) {
  const auto* header = view<pl_event>(record);
  if (header == nullptr) return malformed("header", record.size());
  switch (header->kind) {
    case PL_FORK:
      return with<pl_fork>(record, "fork", [&](const auto& fork) { sink.on_fork(decode_fork(fork)); });
    case PL_EXEC:
      return deliver_exec(record, sink);
    case PL_RENAME:
      return with<pl_change>(record, "rename", [&](const auto& change) { sink.on_rename(decode_change(change)); });
    case PL_CGROUP:
      return with<pl_change>(record, "cgroup", [&](const auto& change) { sink.on_move(decode_change(change)); });
    case PL_DEAD:
      return with<pl_dead>(record, "death", [&](const auto& dead) { sink.on_exit(decode(dead)); });
    case PL_FREE:
      return with<pl_free>(record, "free", [&](const auto& free) { sink.on_release(decode(free)); });
    case PL_PATH:
      return keep_path(record);
    case PL_ENV:
      return keep_env(record);
    case PL_CGROUP_NAMED:
      return with<pl_cgroup>(record, "cgroup name", [&](const auto& cgroup) { sink.on_cgroup_named(decode_cgroup(cgroup)); });
    case PL_CGROUP_REMOVED:
      return with<pl_cgroup>(record, "cgroup end", [&](const auto& cgroup) { sink.on_cgroup_removed(cgroup.cgroup_id); });
    default:
      return malformed("kind " + std::to_string(header->kind), record.size());
  }
}

}  // namespace procledger::bpf
