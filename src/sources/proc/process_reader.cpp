// SPDX-License-Identifier: Apache-2.0
#include "sources/proc/process_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "host/procfs/file.hpp"
#include "sources/proc/thread_shares.hpp"

namespace procledger::proc {
namespace {

/// Values that the kernel keeps per thread only.
constexpr std::array kUnsummed{&event::TaskCounters::wait_ns,
                               &event::TaskCounters::voluntary_switches,
                               &event::TaskCounters::involuntary_switches,
                               &event::TaskCounters::storage_read_bytes,
                               &event::TaskCounters::storage_written_bytes,
                               &event::TaskCounters::storage_cancelled_bytes,
                               &event::TaskCounters::call_read_bytes,
                               &event::TaskCounters::call_written_bytes,
                               &event::TaskCounters::call_reads,
                               &event::TaskCounters::call_writes};

event::TaskCounters of_this_task(const ThreadRecord& thread) {
  event::TaskCounters now = thread.shown;
  now += thread.added;
  return event::beyond(now, thread.dropped);
}

// A thread that calls exec takes over the leader's TID and start time, and /proc shows the thread's values there from then on. The leader's
// totals stay, and growth of the thread's values adds to them. Values that the kernel sums per process need no such correction.
void replace_task(ThreadRecord& thread, const event::TaskCounters& emitted) {
  for (const auto field : kUnsummed) {
    thread.added.*field = emitted.*field;
    thread.dropped.*field = thread.shown.*field;
  }
}

bool alive(const ThreadRecord& thread) { return !thread.reported_exited && thread.seen.state != event::State::kZombie; }

}  // namespace

bool ProcessReader::read(ProcessRecord& record, const OpenProcess& process, std::uint64_t clock_ns, bool all,
                         std::vector<ThreadRecord>& ended) {
  if (!read_threads(record, process, all || !record.read)) return false;
  const auto status = status_of(process, record.key.tgid);
  if (!status) return false;

  const std::size_t ended_before = ended.size();
  reparent_threads(record, ended);
  record.zombie = std::ranges::none_of(record.threads, alive);
  record.kernel_thread = process.stat.kernel_thread;
  record.ppid = process.stat.ppid;
  record.children = {.user_ns = process.stat.children_user_ns, .system_ns = process.stat.children_system_ns};
  record.ignores_children = status->ignores_children;
  share_out(record, process, clock_ns, ended.size() > ended_before);
  record.memory.reset();
  if (status->memory && !record.zombie) {
    const procfs::MemoryStatus& memory = *status->memory;
    record.memory = event::Memory{.anonymous = memory.anonymous,
                                  .file = memory.file,
                                  .shared = memory.shared,
                                  .swapped = memory.swapped,
                                  .mapped = memory.mapped,
                                  .hugetlb = memory.huge_pages,
                                  .peak = memory.peak};
  }
  read_holding(record, process, all || !record.read);
  describe(record, process, status->effective_uid);
  record.clock_ns = clock_ns;
  record.read = true;
  return true;
}

// Returns false when the process is gone.
bool ProcessReader::read_threads(const ProcessRecord& record, const OpenProcess& process, bool all) {
  now_.clear();
  leader_status_.reset();
  const std::vector<std::uint32_t>& tids = files_.threads(process);
  if (!read_thread(record, process, record.key.tgid, all)) return false;
  for (const std::uint32_t tid : tids) {
    if (tid != record.key.tgid) static_cast<void>(read_thread(record, process, tid, all));
  }
  std::ranges::sort(now_, {}, [](const ThreadRecord& thread) { return thread.seen.tid; });
  return true;
}

// Reads the status of a thread with an address space: an exited leader has none, although its process may live on.
std::optional<procfs::TaskStatus> ProcessReader::status_of(const OpenProcess& process, std::uint32_t tgid) {
  const auto living = std::ranges::find_if(now_, alive);
  const bool leader_speaks = living == now_.end() || alive(*find_thread(now_, tgid));
  if (leader_speaks && leader_status_) return leader_status_;
  return files_.status(process, leader_speaks ? tgid : living->seen.tid);
}

bool ProcessReader::read_thread(const ProcessRecord& record, const OpenProcess& process, std::uint32_t tid, bool all) {
  const ThreadRecord* before = record.find(tid);
  if (before != nullptr && before->reported_exited) {
    now_.push_back(*before);
    return true;
  }
  const auto ran = files_.ran(process, tid);
  if (!ran && files_.readable().schedstat) return false;
  if (before != nullptr && !all && ran && ran->run_ns == before->shown.cpu_ns) {
    now_.push_back(*before);
    return true;
  }
  const auto reading = files_.thread(process, tid);
  const auto status = reading ? files_.status(process, tid) : std::nullopt;
  if (!status) return false;
  if (tid == record.key.tgid) leader_status_ = status;
  if (before != nullptr && before->seen.task.start_boottime_ns != reading->start_boottime_ns)
    before = nullptr;  // another thread has reused the TID
  ThreadRecord thread = before != nullptr ? *before : ThreadRecord{};
  const event::TaskCounters shown_before = thread.shown;
  thread.shown = reading->shown;
  if (ran) {
    thread.shown.cpu_ns = ran->run_ns;
    thread.shown.wait_ns = ran->wait_ns;
  }
  thread.shown.voluntary_switches = status->voluntary_switches;
  thread.shown.involuntary_switches = status->involuntary_switches;
  if (before != nullptr && thread.shown.cpu_ns < shown_before.cpu_ns) replace_task(thread, before->seen.total);
  thread.seen.task = {.handle = tid, .start_boottime_ns = reading->start_boottime_ns};
  thread.seen.tid = tid;
  thread.seen.leader = tid == record.key.tgid;
  thread.seen.state = reading->state;
  thread.seen.comm = reading->comm;
  now_.push_back(thread);
  return true;
}

void ProcessReader::reparent_threads(ProcessRecord& record, std::vector<ThreadRecord>& ended) {
  for (const ThreadRecord& before : record.threads) {
    const ThreadRecord* now = find_thread(now_, before.seen.tid);
    if (now != nullptr && now->seen.task == before.seen.task) continue;
    record.ended += before.seen.total;
    ended.push_back(before);
  }
  record.threads.swap(now_);
}

// When a thread is gone and the leader shows more CPU time than the process total leaves for it, the leader is that thread after an exec.
void ProcessReader::share_out(ProcessRecord& record, const OpenProcess& process, std::uint64_t clock_ns, bool thread_ended) {
  const ProcessSums sums{.cpu_ns = clock_ns,
                         .user_ticks_ns = process.stat.user_ns,
                         .system_ticks_ns = process.stat.system_ns,
                         .minor_faults = process.stat.minor_faults,
                         .major_faults = process.stat.major_faults};
  std::vector<Share> shares;
  shares.reserve(record.threads.size());
  for (const ThreadRecord& thread : record.threads) {
    shares.push_back({.emitted = thread.seen.total, .now = thread.reported_exited ? thread.seen.total : of_this_task(thread)});
  }
  const event::TaskCounters rest_before = record.rest;
  proc::share_out(sums, shares, record.ended, record.rest);
  record.rest_grown = event::beyond(record.rest, rest_before);
  const std::uint64_t tick_ns = 1'000'000'000 / procfs::user_hz();
  for (std::size_t i = 0; i < shares.size(); ++i) {
    ThreadRecord& thread = record.threads[i];
    const event::TaskCounters emitted = std::exchange(thread.seen.total, shares[i].now);
    if (!thread_ended || !thread.seen.leader || of_this_task(thread).cpu_ns <= shares[i].now.cpu_ns + tick_ns) continue;
    replace_task(thread, emitted);
    for (const auto field : kUnsummed) thread.seen.total.*field = emitted.*field;
  }
}

void ProcessReader::read_holding(ProcessRecord& record, const OpenProcess& process, bool all) {
  if (record.zombie || record.kernel_thread) {
    record.files.reset();
    return;
  }
  const auto living = std::ranges::find_if(record.threads, alive);
  const auto open = files_.open_files(process, living->seen.tid);
  const auto limit = all || !record.files ? files_.file_limit(process) : std::optional{record.files->limit};
  record.files = open && limit ? std::optional{event::Files{.open = *open, .limit = *limit}} : std::nullopt;
}

void ProcessReader::describe(ProcessRecord& record, const OpenProcess& process, std::uint32_t uid) {
  if (const auto cgroup = files_.cgroup(process)) record.cgroup_id = cgroup;
  const auto living = static_cast<std::uint32_t>(std::ranges::count_if(record.threads, alive));
  for (ThreadRecord& thread : record.threads) {
    thread.seen.process = record.id();
    thread.seen.cgroup_id = record.cgroup_id;
    thread.seen.uid = uid;
    thread.seen.live_threads = living;
    thread.seen.kernel_thread = record.kernel_thread;
  }
}

}  // namespace procledger::proc
