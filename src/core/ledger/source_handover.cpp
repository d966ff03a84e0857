// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/source_handover.hpp"

#include <utility>

#include <algorithm>

namespace procledger::ledger {
namespace {

constexpr std::uint64_t kTickNs = 10'000'000;

std::uint64_t tick_of(std::uint64_t birth_ns) { return birth_ns / kTickNs; }

}  // namespace

bool same_tick(std::uint64_t birth_ns, std::uint64_t other_birth_ns) { return tick_of(birth_ns) == tick_of(other_birth_ns); }

std::uint64_t tick_end(std::uint64_t birth_ns) { return (tick_of(birth_ns) + 1) * kTickNs - 1; }

// What a process used beyond its tasks is not taken along: the next source that tells of such a rest has sums of its own.
void Legacy::take(TaskTable& tasks, ProcessTable& processes) {
  tasks.release([this](event::TaskId id, Task&& task) {
    if (task.rest) return;
    task.took_over_ns = 0;
    const TaskKey key{task.told ? task.final_tid : task.tid, tick_of(id.birth_ns)};
    tasks_.emplace(key, OldTask{id, std::move(task)});
  });
  for (ProcessPtr& process : processes.release()) {
    ProcessPtr& owner = processes_[process->id.tgid];
    if (owner && owner->birth_ns > process->birth_ns) std::swap(owner, process);
    if (owner) superseded_.push_back(std::move(owner));
    owner = std::move(process);
  }
}

ProcessPtr Legacy::claim_ended(std::uint32_t tgid, std::optional<std::uint64_t> leaders_birth_ns, std::uint64_t born_by_ns) {
  const auto fits = [&](const ProcessPtr& process) {
    if (process->id.tgid != tgid) return false;
    if (leaders_birth_ns) return same_tick(*leaders_birth_ns, process->birth_ns);
    return tick_of(process->birth_ns) <= tick_of(born_by_ns) && born_by_ns <= process->left_ns;
  };
  const auto at = std::ranges::find_if(ended_, fits);
  if (at == ended_.end()) return nullptr;
  ProcessPtr process = *at;
  if (leaders_birth_ns) ended_.erase(at);  // else its leader has yet to tell which birth is looked for
  return process;
}

ProcessPtr Legacy::claim(std::uint32_t tgid, std::optional<std::uint64_t> leaders_birth_ns, std::uint64_t born_by_ns) {
  const auto fits = [&](const ProcessPtr& process) {
    const std::uint64_t birth_ns = process->birth_ns;
    return leaders_birth_ns ? same_tick(*leaders_birth_ns, birth_ns) : tick_of(birth_ns) <= tick_of(born_by_ns);
  };
  if (const auto at = processes_.find(tgid); at != processes_.end() && fits(at->second)) {
    ProcessPtr process = std::move(at->second);
    processes_.erase(at);
    return process;
  }
  const auto older = std::ranges::find_if(superseded_, [&](const ProcessPtr& each) { return each->id.tgid == tgid && fits(each); });
  if (older == superseded_.end()) return nullptr;
  ProcessPtr process = std::move(*older);
  superseded_.erase(older);
  return process;
}

std::optional<Legacy::OldTask> Legacy::claim(const event::Observation& seen) {
  const auto [first, last] = tasks_.equal_range(TaskKey{seen.tid, tick_of(seen.task.birth_ns)});
  if (first == last) return std::nullopt;
  const auto fits = [&seen](const auto& each) {
    const Task& task = each.second.task;
    return seen.died && task.told ? task.charged.cpu_ns == seen.total.cpu_ns : !task.told && !seen.died;
  };
  auto at = std::find_if(first, last, fits);
  if (at == last) at = std::find_if(first, last, [](const auto& each) { return !each.second.task.told; });
  return std::move(tasks_.extract(at == last ? first : at).mapped());
}

Legacy::Tasks::node_type Legacy::extract_living(const Process& process, std::uint32_t tid) {
  auto youngest = tasks_.end();
  for (auto at = tasks_.lower_bound({tid, 0}); at != tasks_.end() && at->first.first == tid; ++at) {
    if (at->second.task.process.get() == &process && !at->second.task.told) youngest = at;
  }
  return youngest == tasks_.end() ? Tasks::node_type{} : tasks_.extract(youngest);
}

void Legacy::exchange_tids(const Process& process, const event::Observation& leader, std::uint32_t previous_tid) {
  auto thread = extract_living(process, previous_tid);
  auto old_leader = extract_living(process, leader.tid);
  const auto put_back = [&](Tasks::node_type& task, std::uint32_t tid) {
    if (task.empty()) return;
    task.mapped().task.tid = tid;
    task.key() = {tid, tick_of(leader.task.birth_ns)};
    tasks_.insert(std::move(task));
  };
  put_back(thread, leader.tid);
  put_back(old_leader, previous_tid);
}

std::optional<event::ProcessId> Legacy::present(event::ProcessId old) const {
  const auto at = renamed_.find(old);
  return at == renamed_.end() ? std::nullopt : std::optional{at->second};
}

std::vector<ProcessPtr> Legacy::give_up() {
  std::vector<ProcessPtr> left = std::move(superseded_);
  for (auto& [tgid, process] : processes_) left.push_back(std::move(process));
  superseded_.clear();
  processes_.clear();
  return left;
}

}  // namespace procledger::ledger
