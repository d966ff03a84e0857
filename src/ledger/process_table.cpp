// SPDX-License-Identifier: Apache-2.0
#include "ledger/process_table.hpp"

#include <utility>

namespace procledger::ledger {
namespace {

bool belongs(const Process& process, const event::Observation& seen) {
  if (process.id != seen.process) return false;
  if (!process.birth_known) return !seen.leader || seen.task.birth_ns <= process.birth_ns;
  return seen.leader ? seen.task.birth_ns == process.birth_ns : seen.task.birth_ns >= process.birth_ns;
}

}  // namespace

ProcessTable::Lookup ProcessTable::find(const event::Observation& seen) const {
  Lookup result;
  if (const auto at = followed_.find(seen.process.handle); at != followed_.end()) {
    const ProcessPtr& process = at->second;
    if (belongs(*process, seen)) {
      if (seen.leader && !process->birth_known) {
        process->birth_ns = seen.task.birth_ns;
        process->birth_known = true;
      }
      result.process = process;
      return result;
    }
    if (seen.task.birth_ns > process->birth_ns) {
      result.superseded = process;
      return result;
    }
  }
  // A task of a process is born before the process is freed; a later birth means that the handle has a new owner.
  result.tombstone = dead_.find(seen.process.handle, [&](const DeadProcess& dead) {
    return dead.tgid == seen.process.tgid && seen.task.birth_ns >= dead.birth_ns && seen.task.birth_ns <= dead.time_ns;
  });
  return result;
}

ProcessPtr ProcessTable::find(event::ProcessId id) const {
  const auto at = followed_.find(id.handle);
  return at != followed_.end() && at->second->id == id ? at->second : nullptr;
}

ProcessPtr ProcessTable::add(Process process) {
  auto added = std::make_shared<Process>(std::move(process));
  followed_.insert_or_assign(added->id.handle, added);
  return added;
}

bool ProcessTable::bury(const ProcessPtr& process, std::uint64_t time_ns) {
  if (const auto at = followed_.find(process->id.handle); at != followed_.end() && at->second == process) followed_.erase(at);
  return dead_.add({.handle = process->id.handle,
                    .birth_ns = process->birth_ns,
                    .time_ns = time_ns,
                    .tgid = process->id.tgid,
                    .group = process->group});
}

}  // namespace procledger::ledger
