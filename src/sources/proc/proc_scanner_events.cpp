// SPDX-License-Identifier: Apache-2.0
// Events of a scan.
#include <algorithm>
#include <tuple>

#include "sources/proc/proc_scanner.hpp"

namespace procledger::proc {
namespace {

event::Observation rest_of(const ProcessRecord& record) {
  event::Observation rest;
  if (const ThreadRecord* leader = record.find(record.key.tgid)) rest = leader->seen;
  rest.scope = event::Scope::kProcess;
  rest.task = {.handle = kRest | record.key.tgid, .birth_ns = record.key.birth_ns};
  rest.process = record.id();
  rest.leader = false;
  rest.total = record.rest;
  return rest;
}

event::Final final_of(event::Observation task, std::uint32_t live_threads, std::uint64_t death_ns) {
  task.died = true;
  task.state = event::State::kZombie;
  task.live_threads = live_threads;
  return {.task = task, .death_ns = death_ns, .status_known = false};
}

// The release time is that of the last scan that found the task: a later task may have its PID already and starts after that scan.
event::Freed freed_of(const event::Observation& task, std::uint64_t seen_ns) {
  return {.task = task.task,
          .process = task.process,
          .parent = task.parent,
          .tid = task.tid,
          .leader = task.leader,
          .time_ns = std::max(seen_ns, task.task.birth_ns)};
}

event::Zombie zombie_of(const event::Observation& task) {
  return {.task = task.task, .process = task.process, .parent = task.parent, .leader = task.leader};
}

}  // namespace

void Walker::tell(event::Sink& sink) {
  settle_gone();
  tell_ended_threads(sink);
  tell_ends(sink);
  std::vector<ProcessRecord*> order;  // parents first: a new process may inherit the group of its parent
  order.reserve(records_.size());
  for (const auto& [tgid, record] : records_) order.push_back(record.get());
  std::ranges::sort(order, {}, [](const ProcessRecord* record) { return std::tie(record->key.birth_ns, record->key.tgid); });
  for (ProcessRecord* record : order) {
    tell_samples(*record, sink);
    tell_holding(*record, sink);
  }
  tell_estimates(sink);
}

void Walker::tell_ended_threads(event::Sink& sink) {
  for (const ThreadRecord& thread : ended_) {
    const std::uint32_t living = std::max(thread.seen.live_threads, 2u) - 1;
    event::Final final = final_of(thread.seen, living, began_ns_);
    final.status_known = options_.ends_are_told;  // with exit records the status of the process comes later
    if (!thread.told_dead) sink.on_died(final);
    sink.on_freed(freed_of(thread.seen, last_look_ns_));
  }
  ended_.clear();
}

// Children first.
void Walker::tell_ends(event::Sink& sink) {
  std::ranges::sort(gone_, std::ranges::greater{}, [](const auto& record) { return std::tie(record->key.birth_ns, record->key.tgid); });
  for (const auto& record : gone_) tell_end(*record, sink);
  gone_.clear();
}

void Walker::tell_end(const ProcessRecord& record, event::Sink& sink) const {
  const ThreadRecord* leader = record.find(record.key.tgid);
  const event::Observation rest = rest_of(record);
  const bool has_rest = record.rest != event::Totals{};
  std::uint32_t living = static_cast<std::uint32_t>(record.threads.size()) + (has_rest ? 1 : 0);
  const auto end = [&](const event::Observation& task, bool told_dead) {
    --living;
    if (!told_dead) sink.on_died(final_of(task, living, began_ns_));
  };
  for (const ThreadRecord& thread : record.threads) {
    if (&thread != leader) end(thread.seen, thread.told_dead);
  }
  if (has_rest) {
    begin_rest(record, sink);
    end(rest, false);
  }
  if (leader != nullptr) end(leader->seen, leader->told_dead);

  for (const ThreadRecord& thread : record.threads) {
    if (&thread != leader) sink.on_freed(freed_of(thread.seen, last_look_ns_));
  }
  if (has_rest) sink.on_freed(freed_of(rest, last_look_ns_));
  if (leader == nullptr) return;
  event::Freed freed = freed_of(leader->seen, last_look_ns_);
  freed.autoreaped = families_.unclaimed.contains(record.key);
  sink.on_freed(freed);
}

void Walker::tell_samples(ProcessRecord& record, event::Sink& sink) const {
  for (const ThreadRecord& thread : record.threads) {
    thread.told_dead ? sink.on_zombie(zombie_of(thread.seen)) : sink.on_sample(thread.seen);
  }
  if (record.rest != event::Totals{}) {
    begin_rest(record, sink);
    sink.on_sample(rest_of(record));
    record.rest_told = true;
  }
  record.first_look = false;
}

// The rest of a process is emitted from its first scan on, or begins with a sample of 0. Otherwise the first sample would count as usage
// from before the source started.
void Walker::begin_rest(const ProcessRecord& record, event::Sink& sink) {
  if (record.rest_told || record.first_look) return;
  event::Observation nothing = rest_of(record);
  nothing.total = {};
  sink.on_sample(nothing);
}

void Walker::tell_holding(const ProcessRecord& record, event::Sink& sink) const {
  if (record.zombie || record.kernel_thread || !record.read) return;
  sink.on_holding({.process = record.id(), .birth_ns = record.key.birth_ns, .memory = record.memory, .files = record.files});
}

// An estimate belongs to the process that reaped. When exit records name the reaped children, the estimate is their CPU time after the last
// update of their totals, and is shared equally, since the share of each child is unknown.
void Walker::tell_estimates(event::Sink& sink) {
  for (auto& [key, used] : families_.estimates) {
    const auto children = options_.ends_are_told ? families_.reaped.find(key) : families_.reaped.end();
    const std::vector<ProcessKey> users = children == families_.reaped.end() ? std::vector{key} : children->second;
    for (std::size_t left = users.size(); left > 0; --left) {
      const ProcessKey& user = users[left - 1];
      const Split share = used.take(used.total() / left);
      sink.on_estimated({.process = {.handle = user.tgid, .tgid = user.tgid},
                         .birth_ns = user.birth_ns,
                         .reaper = {.handle = key.tgid, .tgid = key.tgid},
                         .reaper_birth_ns = key.birth_ns,
                         .user_ns = share.user_ns,
                         .system_ns = share.system_ns});
    }
  }
  families_ = {};
}

}  // namespace procledger::proc
