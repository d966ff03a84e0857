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
  rest.task = {.handle = kRest | record.key.tgid, .start_boottime_ns = record.key.start_boottime_ns};
  rest.process = record.id();
  rest.leader = false;
  rest.total = record.rest;
  return rest;
}

event::TaskExit final_of(event::Observation task, std::uint32_t live_threads, std::uint64_t exit_boottime_ns) {
  task.exited = true;
  task.state = event::State::kZombie;
  task.live_threads = live_threads;
  return {.task = task, .exit_boottime_ns = exit_boottime_ns, .status_known = false};
}

// The release time is that of the last scan that found the task: a later task may have its PID already and starts after that scan.
event::TaskRelease release_of(const event::Observation& task, std::uint64_t seen_ns) {
  return {.task = task.task,
          .process = task.process,
          .parent = task.parent,
          .tid = task.tid,
          .leader = task.leader,
          .time_ns = std::max(seen_ns, task.task.start_boottime_ns)};
}

event::Zombie zombie_of(const event::Observation& task) {
  return {.task = task.task, .process = task.process, .parent = task.parent, .leader = task.leader};
}

}  // namespace

void ProcScanner::emit(event::Sink& sink) {
  settle_gone();
  emit_ended_threads(sink);
  emit_ends(sink);
  std::vector<ProcessRecord*> order;  // parents first: a new process may inherit the group of its parent
  order.reserve(records_.size());
  for (const auto& [tgid, record] : records_) order.push_back(record.get());
  std::ranges::sort(order, {}, [](const ProcessRecord* record) { return std::tie(record->key.start_boottime_ns, record->key.tgid); });
  for (ProcessRecord* record : order) {
    emit_samples(*record, sink);
    emit_process_usage(*record, sink);
  }
  emit_estimates(sink);
}

void ProcScanner::emit_ended_threads(event::Sink& sink) {
  for (const ThreadRecord& thread : ended_) {
    const std::uint32_t living = std::max(thread.seen.live_threads, 2u) - 1;
    event::TaskExit final = final_of(thread.seen, living, began_ns_);
    final.status_known = options_.ends_are_reported;  // with exit records the status of the process comes later
    if (!thread.reported_exited) sink.on_exit(final);
    sink.on_release(release_of(thread.seen, last_scan_ns_));
  }
  ended_.clear();
}

// Children first.
void ProcScanner::emit_ends(event::Sink& sink) {
  std::ranges::sort(gone_, std::ranges::greater{},
                    [](const auto& record) { return std::tie(record->key.start_boottime_ns, record->key.tgid); });
  for (const auto& record : gone_) emit_end(*record, sink);
  gone_.clear();
}

void ProcScanner::emit_end(const ProcessRecord& record, event::Sink& sink) const {
  const ThreadRecord* leader = record.find(record.key.tgid);
  const event::Observation rest = rest_of(record);
  const bool has_rest = record.rest != event::TaskCounters{};
  std::uint32_t living = static_cast<std::uint32_t>(record.threads.size()) + (has_rest ? 1 : 0);
  const auto end = [&](const event::Observation& task, bool reported_exited) {
    --living;
    if (!reported_exited) sink.on_exit(final_of(task, living, began_ns_));
  };
  for (const ThreadRecord& thread : record.threads) {
    if (&thread != leader) end(thread.seen, thread.reported_exited);
  }
  if (has_rest) {
    begin_rest(record, sink);
    end(rest, false);
  }
  if (leader != nullptr) end(leader->seen, leader->reported_exited);

  for (const ThreadRecord& thread : record.threads) {
    if (&thread != leader) sink.on_release(release_of(thread.seen, last_scan_ns_));
  }
  if (has_rest) sink.on_release(release_of(rest, last_scan_ns_));
  if (leader == nullptr) return;
  event::TaskRelease release = release_of(leader->seen, last_scan_ns_);
  release.autoreaped = outcome_.unclaimed.contains(record.key);
  sink.on_release(release);
}

void ProcScanner::emit_samples(ProcessRecord& record, event::Sink& sink) const {
  for (const ThreadRecord& thread : record.threads) {
    thread.reported_exited ? sink.on_zombie(zombie_of(thread.seen)) : sink.on_sample(thread.seen);
  }
  if (record.rest != event::TaskCounters{}) {
    begin_rest(record, sink);
    sink.on_sample(rest_of(record));
    record.rest_reported = true;
  }
  record.first_scan = false;
}

// The rest of a process is emitted from its first scan on, or begins with a sample of 0. Otherwise the first sample would count as usage
// from before the source started.
void ProcScanner::begin_rest(const ProcessRecord& record, event::Sink& sink) {
  if (record.rest_reported || record.first_scan) return;
  event::Observation nothing = rest_of(record);
  nothing.total = {};
  sink.on_sample(nothing);
}

void ProcScanner::emit_process_usage(const ProcessRecord& record, event::Sink& sink) const {
  if (record.zombie || record.kernel_thread || !record.read) return;
  sink.on_process_usage(
      {.process = record.id(), .start_boottime_ns = record.key.start_boottime_ns, .memory = record.memory, .files = record.files});
}

// An estimate belongs to the process that reaped. When exit records name the reaped children, the estimate is their CPU time after the last
// update of their totals, and is shared equally, since the share of each child is unknown.
void ProcScanner::emit_estimates(event::Sink& sink) {
  for (auto& [key, used] : outcome_.estimates) {
    const auto children = options_.ends_are_reported ? outcome_.reaped.find(key) : outcome_.reaped.end();
    const std::vector<ProcessKey> users = children == outcome_.reaped.end() ? std::vector{key} : children->second;
    for (std::size_t left = users.size(); left > 0; --left) {
      const ProcessKey& user = users[left - 1];
      const CpuSplit share = used.take(used.total() / left);
      sink.on_estimated({.process = {.handle = user.tgid, .tgid = user.tgid},
                         .start_boottime_ns = user.start_boottime_ns,
                         .reaper = {.handle = key.tgid, .tgid = key.tgid},
                         .reaper_start_ns = key.start_boottime_ns,
                         .user_ns = share.user_ns,
                         .system_ns = share.system_ns});
    }
  }
  outcome_ = {};
}

}  // namespace procledger::proc
