// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/process_table.hpp"

namespace procledger::ledger {
namespace {

bool belongs(const Process& process, const event::Observation& seen) {
  if (process.id != seen.process) return false;
  const bool started_later = process.end.threads_exited() && seen.task.start_boottime_ns > process.end.time_ns();
  if (started_later) return false;  // the release record was lost, and another process has the handle and the tgid
  if (!process.start_known) return !seen.leader || seen.task.start_boottime_ns <= process.start_boottime_ns;
  return seen.leader ? seen.task.start_boottime_ns == process.start_boottime_ns : seen.task.start_boottime_ns >= process.start_boottime_ns;
}

}  // namespace

ProcessTable::Lookup ProcessTable::find(const event::Observation& seen) {
  Lookup result;
  if (const auto at = followed_.find(seen.process.handle); at != followed_.end()) {
    const ProcessPtr& process = at->second;
    if (belongs(*process, seen)) {
      if (seen.leader && !process->start_known) {
        process->start_boottime_ns = seen.task.start_boottime_ns;
        process->start_known = true;
        process->identity.leader = seen.task.handle;
        result.leader_met = true;
      }
      result.process = process;
      return result;
    }
    if (seen.task.start_boottime_ns > process->start_boottime_ns) {
      result.superseded = process;
      return result;
    }
  }
  // Every task of a process starts before the release of the process. A later start time means that the handle has a new owner.
  result.retired = retired_.find(mixed_key(seen.process.handle, seen.process.tgid), [&](const RetiredProcess& retired) {
    return (seen.leader ? seen.task.start_boottime_ns == retired.start_boottime_ns
                        : seen.task.start_boottime_ns >= retired.start_boottime_ns && seen.task.start_boottime_ns <= retired.time_ns);
  });
  return result;
}

ProcessPtr ProcessTable::find(event::ProcessId id) const {
  const auto at = followed_.find(id.handle);
  return at != followed_.end() && at->second->id == id ? at->second : nullptr;
}

const RetiredProcess* ProcessTable::find_retired(event::ProcessId id, std::uint64_t started_before_ns) const {
  return retired_.find(mixed_key(id.handle, id.tgid),
                       [&](const RetiredProcess& retired) { return retired.start_boottime_ns <= started_before_ns; });
}

ProcessPtr ProcessTable::add(const Process& process) {
  auto added = std::make_shared<Process>(process);
  ProcessPtr& owner = followed_[added->id.handle];
  if (!owner || owner->start_boottime_ns <= added->start_boottime_ns) owner = added;
  return added;
}

std::vector<ProcessPtr> ProcessTable::release() {
  std::vector<ProcessPtr> all;
  all.reserve(followed_.size());
  for (auto& [handle, process] : followed_) all.push_back(std::move(process));
  followed_.clear();
  return all;
}

ProcessPtr ProcessTable::owner(std::uint64_t handle) const {
  const auto at = followed_.find(handle);
  return at == followed_.end() ? nullptr : at->second;
}

bool ProcessTable::retire(const ProcessPtr& process, std::uint64_t time_ns) {
  if (const auto at = followed_.find(process->id.handle); at != followed_.end() && at->second == process) followed_.erase(at);
  RetiredProcess retired{
      .key = mixed_key(process->id.handle, process->id.tgid), .start_boottime_ns = process->start_boottime_ns, .time_ns = time_ns};
  const event::ProcessId parent = process->identity.parent.value_or(event::ProcessId{});
  retired.parent_handle = parent.handle;
  retired.parent_tgid = parent.tgid;
  retired.exit_counted = process->end.exit_settled();
  retired.autoreaped = process->end.autoreaped();
  retired.group = process->group() & kMaxGroup;
  return retired_.add(retired);
}

}  // namespace procledger::ledger
