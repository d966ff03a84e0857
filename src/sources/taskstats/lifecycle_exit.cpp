// SPDX-License-Identifier: Apache-2.0
// Exits of tasks and processes.
#include <algorithm>
#include <utility>

#include "sources/taskstats/lifecycle.hpp"

namespace procledger::taskstats {

void LifecycleTranslator::exited(const LifeEvent& event, std::uint64_t time_ns, event::Sink& sink) {
  if (reported_alone_.erase(event.tid) + reported_alone_before_.erase(event.tid) > 0) return;
  const auto oldest = waiting_.lower_bound(event.tid);
  const auto record = oldest != waiting_.end() && oldest->first == event.tid ? waiting_.extract(oldest) : decltype(waiting_)::node_type{};
  emit({.record = record ? &record.mapped() : nullptr, .exit = &event, .tgid = event.tgid, .tid = event.tid, .exit_boottime_ns = time_ns},
       sink);
}

// Emits threads before leaders, so that the exit of a process comes after the exits of its threads.
void LifecycleTranslator::take_waiting(Moment now, event::Sink& sink) {
  reported_alone_before_ = std::exchange(reported_alone_, {});
  auto waiting = std::exchange(waiting_, {});
  for (const bool leaders : {false, true}) {
    for (const auto& [tid, record] : waiting) {
      const std::uint32_t tgid = record.tgid.value_or(tid);
      if ((tid == tgid) != leaders) continue;
      reported_alone_.insert(tid);
      emit({.record = &record, .exit = nullptr, .tgid = tgid, .tid = tid, .exit_boottime_ns = now.boottime_ns}, sink);
    }
  }
}

// For a process whose fork event was lost, the exit record gives start time, uid and name.
ProcessEntry LifecycleTranslator::person_of(const End& end) {
  if (auto known = index_.find(end.tgid)) return *known;
  const std::uint64_t lived_ns = end.record != nullptr && end.tid == end.tgid ? std::min(end.record->elapsed_ns, end.exit_boottime_ns) : 0;
  ProcessEntry person = index_.stranger(end.tgid, end.exit_boottime_ns - lived_ns);
  std::uint32_t parent = end.exit != nullptr ? end.exit->parent_tgid : 0;
  if (end.record != nullptr) {
    person.uid = end.record->uid;
    person.comm = end.record->comm;
    if (parent == 0) parent = end.record->parent_tgid;
  }
  if (const auto known = index_.find(parent); known && known->key.start_boottime_ns <= person.key.start_boottime_ns) {
    person.parent = known->key;
    person.cgroup_id = known->cgroup_id;
  }
  return person;
}

// Kernels before 5.19 mark the last exit only for a process whose threads exit one by one.
bool LifecycleTranslator::ends_process(const End& end) const {
  if (end.record != nullptr && end.record->ends_process) return *end.record->ends_process;
  const bool leader = end.tid == end.tgid;
  if (leader) return !index_.has_others(end.tgid, end.tid);
  return end.record == nullptr && early_ends_.contains(end.tgid) && !index_.has_others(end.tgid, end.tid);
}

// Emits the exec or rename that is still missing before an exit. The exit record has the last name of the process. Either an exec found no
// process in /proc and waited for the record; or the exec event comes after the record, and the process still has the name of its parent.
void LifecycleTranslator::catch_up(const End& end, event::Sink& sink) {
  auto person = index_.find(end.tgid);
  if (!person) return;
  const ProcessEntry before = *person;
  if (end.record != nullptr && end.tid == end.tgid) person->comm = end.record->comm;
  person->inherited_name = false;
  person->unread_exec_ns.reset();
  if (before.unread_exec_ns) {
    index_.know(*person);
    emit_exec(*person, {}, *before.unread_exec_ns, sink);
  } else if (before.inherited_name && before.comm != person->comm) {
    index_.know(*person);
    emit_change(*person, end.exit_boottime_ns, sink);
  }
}

void LifecycleTranslator::emit(const End& end, event::Sink& sink) {
  const bool leader = end.tid == end.tgid;
  const bool last = ends_process(end);
  if (leader || last) catch_up(end, sink);
  if (leader && !last) {
    EarlyEnd& early = early_ends_[end.tgid];
    if (end.record != nullptr) {
      early = {.total = end.record->total, .peak_bytes = end.record->peak_bytes, .exit_status = end.record->exit_status};
    } else {
      early.exit_status = end.exit->exit_status;
    }
    return;
  }
  const bool unknown = end.record == nullptr && !index_.find(end.tgid);
  if (unknown) return;  // no fork event, no exit record and no scan: nothing to emit
  const ProcessEntry person = person_of(end);
  if (!leader) emit_thread(end, person, last, sink);
  if (last) emit_process(end, person, sink);
}

void LifecycleTranslator::emit_thread(const End& end, const ProcessEntry& person, bool last, event::Sink& sink) {
  event::Observation task = leader_of(person);
  const std::uint64_t lived_ns = end.record != nullptr ? std::min(end.record->elapsed_ns, end.exit_boottime_ns) : 0;
  const std::uint64_t start_boottime_ns = index_.start_of(end.tgid, end.tid, end.exit_boottime_ns - lived_ns);
  task.task = {.handle = end.tid, .start_boottime_ns = std::max(start_boottime_ns, person.key.start_boottime_ns)};
  task.tid = end.tid;
  task.leader = false;
  task.live_threads = last ? 0 : 1;
  if (end.record != nullptr) {
    task.total = end.record->total;
    task.comm = end.record->comm;
  }
  index_.thread_ended(end.tgid, end.tid);
  emit_exit(task, person, end, end.record != nullptr ? end.record->peak_bytes : 0, sink);
}

// The leader's status is that of the process, unless the leader exited earlier and a thread ended the process by exit_group(2) or a signal.
void LifecycleTranslator::emit_process(const End& end, const ProcessEntry& person, event::Sink& sink) {
  const auto early = early_ends_.extract(end.tgid);
  event::Observation task = leader_of(person);
  task.live_threads = 0;
  EarlyEnd leader = early ? early.mapped() : EarlyEnd{};
  const std::uint32_t told = end.exit != nullptr ? end.exit->exit_status : 0;
  if (end.tid == end.tgid && end.record != nullptr) {
    leader = {.total = end.record->total, .peak_bytes = end.record->peak_bytes, .exit_status = end.record->exit_status};
  } else if (told != 0) {
    leader.exit_status = told;
    task.group_exit = end.tid != end.tgid;
  }
  if (end.record != nullptr) leader.peak_bytes = std::max(leader.peak_bytes, end.record->peak_bytes);
  task.exit_status = leader.exit_status;
  task.total = leader.total;
  emit_exit(task, person, end, leader.peak_bytes, sink);
  index_.ended(end.tgid);
}

void LifecycleTranslator::emit_exit(event::Observation task, const ProcessEntry& person, const End& end, std::uint64_t peak_bytes,
                                    event::Sink& sink) {
  task.exited = true;
  task.state = event::State::kZombie;
  task.total = scanner_.reported_exited(task, person.key, person.parent);
  event::TaskExit final{.task = task, .exit_boottime_ns = std::max(end.exit_boottime_ns, task.task.start_boottime_ns), .peak = {}};
  if (task.leader && peak_bytes > 0) final.peak = peak_bytes;
  const proc::ProcessRecord* parent = person.parent ? scanner_.find(person.parent->tgid) : nullptr;
  final.autoreaped = task.leader && parent != nullptr && parent->key == person.parent && parent->ignores_children;
  sink.on_exit(final);
}

}  // namespace procledger::taskstats
