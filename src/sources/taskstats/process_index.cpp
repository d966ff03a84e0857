// SPDX-License-Identifier: Apache-2.0
#include "sources/taskstats/process_index.hpp"

#include <fcntl.h>

#include <algorithm>

#include "host/procfs/file.hpp"
#include "host/procfs/process_dir.hpp"

namespace procledger::taskstats {
namespace {

/// PID of kthreadd, the parent of all kernel threads.
constexpr std::uint32_t kKernelParent = 2;

std::uint64_t tick_ns() {
  static const std::uint64_t tick = 1'000'000'000 / procfs::user_hz();
  return tick;
}

std::uint64_t whole_ticks(std::uint64_t ns) { return ns / tick_ns() * tick_ns(); }

/// Whether both can be the same start time: the fork event is late by the time that its task waited before sending it.
bool same_start(std::uint64_t exact_ns, std::uint64_t reported_ns) {
  constexpr std::uint64_t kMaxTicksLate = 10;
  return exact_ns <= reported_ns + tick_ns() && reported_ns <= exact_ns + kMaxTicksLate * tick_ns();
}

/// Removes the NUL after the last text, so that NULs stand between texts only.
std::optional<std::string> texts(Result<procfs::Prefix> read, bool& cut) {
  if (!read) return std::nullopt;
  cut = read->cut;
  if (!cut && read->text.ends_with('\0')) read->text.pop_back();
  return std::move(read->text);
}

}  // namespace

event::ProcessId id_of(const ProcessKey& key) { return {.handle = key.tgid, .tgid = key.tgid}; }

event::Observation leader_of(const ProcessEntry& person) {
  event::Observation seen;
  seen.task = {.handle = person.key.tgid, .start_boottime_ns = person.key.start_boottime_ns};
  seen.process = id_of(person.key);
  if (person.parent) seen.parent = id_of(*person.parent);
  seen.cgroup_id = person.cgroup_id;
  seen.tid = person.key.tgid;
  seen.uid = person.uid;
  seen.live_threads = 1;
  seen.state = event::State::kRunning;
  seen.leader = true;
  seen.kernel_thread = person.kernel_thread;
  seen.comm = person.comm;
  return seen;
}

ProcessIndex::ProcessIndex(std::string procfs, const proc::ProcScanner& scanner) : procfs_{std::move(procfs)}, scanner_{scanner} {}

std::optional<procfs::TaskStat> ProcessIndex::scan(std::uint32_t tgid) {
  const std::string path = procfs_ + "/" + std::to_string(tgid) + "/stat";
  const auto text = reader_.read(AT_FDCWD, path.c_str());
  if (!text) return std::nullopt;
  const auto stat = procfs::parse_task_stat(text.text, procfs::user_hz());
  return stat ? std::optional{*stat} : std::nullopt;
}

std::uint64_t ProcessIndex::exact_start(const std::optional<procfs::TaskStat>& stat, std::uint32_t tgid, std::uint64_t start_ns) const {
  if (stat && same_start(stat->start_boottime_ns, start_ns)) return stat->start_boottime_ns;
  const proc::ProcessRecord* record = scanner_.find(tgid);
  if (record != nullptr && record->read && same_start(record->key.start_boottime_ns, start_ns)) return record->key.start_boottime_ns;
  return whole_ticks(start_ns);
}

// A child starts as a copy of its parent. If /proc already shows a later exec, the exec event reports it.
const ProcessEntry& ProcessIndex::born(std::uint32_t tgid, std::uint32_t parent_tgid, std::uint64_t start_ns) {
  const auto stat = scan(tgid);
  const auto parent = find(parent_tgid);
  ProcessEntry child = parent.value_or(ProcessEntry{});
  child.parent = parent ? std::optional{parent->key} : std::nullopt;
  child.inherited_name = parent.has_value();
  child.unread_exec_ns.reset();
  child.key = {.tgid = tgid, .start_boottime_ns = exact_start(stat, tgid, start_ns)};
  child.kernel_thread = parent_tgid == kKernelParent;
  if (!parent && stat && stat->start_boottime_ns == child.key.start_boottime_ns) child.comm = event::Comm{stat->comm};
  threads_ended(tgid);
  return index_.insert_or_assign(tgid, child).first->second;
}

void ProcessIndex::thread_start(std::uint32_t tgid, std::uint32_t tid, std::uint64_t start_ns) {
  threads_.insert_or_assign({tgid, tid}, whole_ticks(start_ns));
}

std::optional<ProcessEntry> ProcessIndex::find(std::uint32_t tgid) const {
  const auto told = index_.find(tgid);
  const proc::ProcessRecord* record = scanner_.find(tgid);
  const auto* leader = record != nullptr && record->read && !record->zombie ? record->find(tgid) : nullptr;
  if (told != index_.end()) {
    ProcessEntry person = told->second;
    // Only a scan shows a new parent or a new cgroup.
    if (leader != nullptr && record->key == person.key) {
      if (record->parent_key) person.parent = record->parent_key;
      if (record->cgroup_id) person.cgroup_id = record->cgroup_id;
    }
    return person;
  }
  if (leader == nullptr) return std::nullopt;
  return ProcessEntry{.key = record->key,
                      .parent = record->parent_key,
                      .uid = leader->seen.uid,
                      .kernel_thread = record->kernel_thread,
                      .cgroup_id = record->cgroup_id,
                      .comm = leader->seen.comm};
}

ProcessEntry ProcessIndex::stranger(std::uint32_t tgid, std::uint64_t start_ns) {
  ProcessEntry person;
  person.key = {.tgid = tgid, .start_boottime_ns = exact_start(scan(tgid), tgid, start_ns)};
  return person;
}

std::uint64_t ProcessIndex::start_of(std::uint32_t tgid, std::uint32_t tid, std::uint64_t otherwise_ns) const {
  const proc::ProcessRecord* record = scanner_.find(tgid);
  const auto* thread = record != nullptr ? record->find(tid) : nullptr;
  const auto told = threads_.find({tgid, tid});
  const std::uint64_t birth = told != threads_.end() ? told->second : whole_ticks(otherwise_ns);
  return thread != nullptr && !thread->reported_exited && same_start(thread->seen.task.start_boottime_ns, birth)
             ? thread->seen.task.start_boottime_ns
             : birth;
}

bool ProcessIndex::has_others(std::uint32_t tgid, std::uint32_t tid) const {
  for (auto at = threads_.lower_bound({tgid, 0}); at != threads_.end() && at->first.first == tgid; ++at) {
    if (at->first.second != tid) return true;
  }
  const proc::ProcessRecord* record = scanner_.find(tgid);
  return record != nullptr && std::ranges::any_of(record->threads, [&](const proc::ThreadRecord& thread) {
           return !thread.reported_exited && !thread.seen.leader && thread.seen.tid != tid;
         });
}

void ProcessIndex::threads_ended(std::uint32_t tgid) {
  threads_.erase(threads_.lower_bound({tgid, 0}), threads_.lower_bound({tgid + 1, 0}));
}

void ProcessIndex::ended(std::uint32_t tgid) {
  threads_ended(tgid);
  index_.erase(tgid);
}

RunningProgram read_program(const std::string& procfs, std::uint32_t tgid, std::uint64_t start_boottime_ns, event::Source::Wanted wanted) {
  RunningProgram program;
  const auto process = procfs::ProcessDir::open(procfs, tgid, start_boottime_ns);
  if (!process) return program;
  program.file = process->link("exe").value_or("");
  program.args = texts(process->read_prefix("cmdline", procfs::kMaxArgsBytes), program.args_cut);
  if (program.args && program.args->empty()) program.args.reset();  // an exiting process has no memory
  if (wanted.environment) program.env = texts(process->read_prefix("environ", procfs::kMaxEnvBytes), program.env_cut);
  if (auto comm = process->read("comm")) {
    if (comm->ends_with('\n')) comm->pop_back();
    program.comm = event::Comm{*comm};
  }
  return program;
}

}  // namespace procledger::taskstats
