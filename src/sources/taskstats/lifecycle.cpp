// SPDX-License-Identifier: Apache-2.0
// Forks, execs and changes. Exits are in lifecycle_exit.cpp.
#include "sources/taskstats/lifecycle.hpp"

#include <utility>

namespace procledger::taskstats {
namespace {

std::uint64_t boottime_of(std::uint64_t monotonic_ns, Moment now) {
  const std::uint64_t ago = now.monotonic_ns > monotonic_ns ? now.monotonic_ns - monotonic_ns : 0;
  return now.boottime_ns > ago ? now.boottime_ns - ago : 0;
}

std::optional<std::string_view> view(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>{*text} : std::nullopt;
}

}  // namespace

void LifecycleTranslator::take(const Batch& batch, Moment now, event::Sink& sink) {
  for (const ExitRecord& record : batch.records) waiting_.emplace(record.tid, record);
  for (const LifeEvent& event : batch.events) take(event, now, sink);
}

void LifecycleTranslator::take(const LifeEvent& event, Moment now, event::Sink& sink) {
  const std::uint64_t time_ns = boottime_of(event.monotonic_ns, now);
  switch (event.kind) {
    case LifeEvent::Kind::kFork:
      return forked(event, time_ns, sink);
    case LifeEvent::Kind::kExec:
      return execed(event, time_ns, sink);
    case LifeEvent::Kind::kUser:
    case LifeEvent::Kind::kName:
      return changed(event, time_ns, sink);
    case LifeEvent::Kind::kExit:
      return exited(event, time_ns, sink);
    case LifeEvent::Kind::kOther:
      return;
  }
}

void LifecycleTranslator::forked(const LifeEvent& event, std::uint64_t time_ns, event::Sink& sink) {
  if (event.tid != event.tgid) return index_.thread_start(event.tgid, event.tid, time_ns);
  early_ends_.erase(event.tgid);
  const ProcessEntry& child = index_.born(event.tgid, event.parent_tgid, time_ns);
  sink.on_fork({.child = leader_of(child), .creator = {.handle = event.parent_tgid, .tgid = event.parent_tgid}});
}

// /proc shows the program while it runs. For a process that has exited, the exit record has the name, and the exec event waits for the
// record. A thread that calls exec becomes the leader, so an earlier exit of the leader was no exit of the process.
void LifecycleTranslator::execed(const LifeEvent& event, std::uint64_t time_ns, event::Sink& sink) {
  early_ends_.erase(event.tgid);
  index_.threads_ended(event.tgid);
  auto person = index_.find(event.tgid);
  if (!person) return;  // the next scan emits the process
  const RunningProgram program = read_program(procfs_, person->key.tgid, person->key.start_boottime_ns, wanted_);
  const auto record = waiting_.lower_bound(event.tgid);
  const bool gone = record != waiting_.end() && record->first == event.tgid;
  const bool named = program.comm || gone;
  if (program.comm) {
    person->comm = *program.comm;
  } else if (named) {
    person->comm = record->second.comm;
  } else {
    person->unread_exec_ns = time_ns;
  }
  person->inherited_name = false;
  index_.know(*person);
  if (named) emit_exec(*person, program, time_ns, sink);
}

event::Observation LifecycleTranslator::leader_as_walked(const ProcessEntry& person) const {
  event::Observation leader = leader_of(person);
  const proc::ProcessRecord* known = scanner_.find(person.key.tgid);
  if (known == nullptr || known->key != person.key) return leader;
  if (const auto* task = known->find(person.key.tgid)) leader.total = task->seen.total;
  return leader;
}

void LifecycleTranslator::emit_exec(const ProcessEntry& person, const RunningProgram& program, std::uint64_t time_ns, event::Sink& sink) {
  event::Execed exec{
      .task = leader_as_walked(person), .filename = program.file, .args = view(program.args), .path = {}, .env = view(program.env)};
  if (wanted_.path && !program.file.empty()) exec.path = program.file;
  exec.args_cut = program.args_cut;
  exec.env_cut = program.env_cut;
  exec.previous_tid = person.key.tgid;
  exec.time_ns = time_ns;
  sink.on_exec(exec);
}

// Only the leader's name is the process name. Every thread sends its own change of user; that of the leader is enough.
void LifecycleTranslator::changed(const LifeEvent& event, std::uint64_t time_ns, event::Sink& sink) {
  auto person = event.tid == event.tgid ? index_.find(event.tgid) : std::nullopt;
  if (!person) return;
  const ProcessEntry before = *person;
  if (event.kind == LifeEvent::Kind::kUser) person->uid = event.uid;
  if (event.kind == LifeEvent::Kind::kName) {
    person->comm = event.comm;
    person->inherited_name = false;
  }
  index_.know(*person);
  if (before.uid == person->uid && before.comm == person->comm) return;
  emit_change(*person, time_ns, sink);
}

void LifecycleTranslator::emit_change(const ProcessEntry& person, std::uint64_t time_ns, event::Sink& sink) {
  event::Changed change{.task = leader_as_walked(person), .time_ns = time_ns};
  sink.on_rename(change);
}

}  // namespace procledger::taskstats
