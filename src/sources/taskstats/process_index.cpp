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
bool same_birth(std::uint64_t exact_ns, std::uint64_t told_ns) {
  constexpr std::uint64_t kMostTicksLate = 10;
  return exact_ns <= told_ns + tick_ns() && told_ns <= exact_ns + kMostTicksLate * tick_ns();
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

event::Observation leader_of(const Person& person) {
  event::Observation seen;
  seen.task = {.handle = person.key.tgid, .birth_ns = person.key.birth_ns};
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

People::People(std::string procfs, const proc::Walker& walker) : procfs_{std::move(procfs)}, walker_{walker} {}

std::optional<procfs::TaskStat> People::look(std::uint32_t tgid) {
  const std::string path = procfs_ + "/" + std::to_string(tgid) + "/stat";
  const auto text = reader_.read(AT_FDCWD, path.c_str());
  if (!text) return std::nullopt;
  const auto stat = procfs::parse_task_stat(text.text, procfs::user_hz());
  return stat ? std::optional{*stat} : std::nullopt;
}

std::uint64_t People::exact_birth(const std::optional<procfs::TaskStat>& stat, std::uint32_t tgid, std::uint64_t born_ns) const {
  if (stat && same_birth(stat->birth_ns, born_ns)) return stat->birth_ns;
  const proc::ProcessRecord* record = walker_.find(tgid);
  if (record != nullptr && record->read && same_birth(record->key.birth_ns, born_ns)) return record->key.birth_ns;
  return whole_ticks(born_ns);
}

// A child starts as a copy of its parent. If /proc already shows a later exec, the exec event reports it.
const Person& People::born(std::uint32_t tgid, std::uint32_t parent_tgid, std::uint64_t born_ns) {
  const auto stat = look(tgid);
  const auto parent = find(parent_tgid);
  Person child = parent.value_or(Person{});
  child.parent = parent ? std::optional{parent->key} : std::nullopt;
  child.inherited_name = parent.has_value();
  child.unread_exec_ns.reset();
  child.key = {.tgid = tgid, .birth_ns = exact_birth(stat, tgid, born_ns)};
  child.kernel_thread = parent_tgid == kKernelParent;
  if (!parent && stat && stat->birth_ns == child.key.birth_ns) child.comm = event::Comm{stat->comm};
  threads_ended(tgid);
  return people_.insert_or_assign(tgid, child).first->second;
}

void People::thread_born(std::uint32_t tgid, std::uint32_t tid, std::uint64_t born_ns) {
  threads_.insert_or_assign({tgid, tid}, whole_ticks(born_ns));
}

std::optional<Person> People::find(std::uint32_t tgid) const {
  const auto told = people_.find(tgid);
  const proc::ProcessRecord* record = walker_.find(tgid);
  const auto* leader = record != nullptr && record->read && !record->zombie ? record->find(tgid) : nullptr;
  if (told != people_.end()) {
    Person person = told->second;
    // Only a scan shows a new parent or a new cgroup.
    if (leader != nullptr && record->key == person.key) {
      if (record->parent_key) person.parent = record->parent_key;
      if (record->cgroup_id) person.cgroup_id = record->cgroup_id;
    }
    return person;
  }
  if (leader == nullptr) return std::nullopt;
  return Person{.key = record->key,
                .parent = record->parent_key,
                .uid = leader->seen.uid,
                .kernel_thread = record->kernel_thread,
                .cgroup_id = record->cgroup_id,
                .comm = leader->seen.comm};
}

Person People::stranger(std::uint32_t tgid, std::uint64_t born_ns) {
  Person person;
  person.key = {.tgid = tgid, .birth_ns = exact_birth(look(tgid), tgid, born_ns)};
  return person;
}

std::uint64_t People::birth_of(std::uint32_t tgid, std::uint32_t tid, std::uint64_t otherwise_ns) const {
  const proc::ProcessRecord* record = walker_.find(tgid);
  const auto* thread = record != nullptr ? record->find(tid) : nullptr;
  const auto told = threads_.find({tgid, tid});
  const std::uint64_t birth = told != threads_.end() ? told->second : whole_ticks(otherwise_ns);
  return thread != nullptr && !thread->told_dead && same_birth(thread->seen.task.birth_ns, birth) ? thread->seen.task.birth_ns : birth;
}

bool People::has_others(std::uint32_t tgid, std::uint32_t tid) const {
  for (auto at = threads_.lower_bound({tgid, 0}); at != threads_.end() && at->first.first == tgid; ++at) {
    if (at->first.second != tid) return true;
  }
  const proc::ProcessRecord* record = walker_.find(tgid);
  return record != nullptr && std::ranges::any_of(record->threads, [&](const proc::ThreadRecord& thread) {
           return !thread.told_dead && !thread.seen.leader && thread.seen.tid != tid;
         });
}

void People::threads_ended(std::uint32_t tgid) { threads_.erase(threads_.lower_bound({tgid, 0}), threads_.lower_bound({tgid + 1, 0})); }

void People::ended(std::uint32_t tgid) {
  threads_ended(tgid);
  people_.erase(tgid);
}

RunningProgram read_program(const std::string& procfs, std::uint32_t tgid, std::uint64_t birth_ns, event::Source::Wanted wanted) {
  RunningProgram program;
  const auto process = procfs::ProcessDir::open(procfs, tgid, birth_ns);
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
