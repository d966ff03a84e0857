// SPDX-License-Identifier: Apache-2.0
#include "support/proc_scans.hpp"

#include <algorithm>
#include <utility>

namespace procledger::test {
namespace {

constexpr std::uint64_t kTickNs = 10'000'000;
constexpr std::uint64_t kRest = std::uint64_t{1} << 32;

std::uint64_t whole_ticks(std::uint64_t ns) { return ns / kTickNs * kTickNs; }

event::ProcessId by_number(event::ProcessId id) { return {.handle = id.tgid, .tgid = id.tgid}; }

void set_cpu(event::TaskCounters& total, std::uint64_t cpu_ns) {
  total.cpu_ns = cpu_ns;
  total.storage_written_bytes = kBytesPerNs * cpu_ns;
}

}  // namespace

void ProcScans::begin() {
  began_ns_ = kernel_.now_ns();
  gone_held_back_ns_ = 0;
  for (auto& [process, record] : records_) {
    record.found = false;
    record.ended_held_back_ns = 0;
  }
}

std::vector<std::size_t> ProcScans::threads_of(std::size_t process) const {
  std::vector<std::size_t> threads;
  for (const std::size_t id : kernel_.present()) {
    if (kernel_.task(id).process == process && !kernel_.task(id).released) threads.push_back(id);
  }
  return threads;
}

std::uint64_t ProcScans::used_ns(std::size_t process) const {
  std::uint64_t sum = 0;
  for (const SimTask& task : kernel_.tasks()) {
    if (task.process == process) sum += task.released ? task.cpu_at_release_ns : task.cpu_ns;
  }
  return sum;
}

Delivery ProcScans::delivery_of(Delivery::Kind kind, std::size_t task) const {
  const SimTask& of = kernel_.task(task);
  const SimProcess& process = kernel_.process(of.process);
  Delivery result;
  result.kind = kind;
  result.task = task;
  result.process = of.process;
  result.start_ns = of.start_ns;
  result.time_ns = kernel_.now_ns();
  result.seen = kernel_.observe(of);
  result.seen.task = {.handle = of.tid, .start_boottime_ns = whole_ticks(of.key.start_boottime_ns)};
  result.seen.process = by_number(process.key);
  if (result.seen.parent) result.seen.parent = by_number(*result.seen.parent);
  result.seen.cgroup_id = process.cgroup_id;
  result.seen.pending_ns = 0;
  result.seen.exit_status = 0;
  result.seen.group_exit = false;
  result.seen.exited = false;
  return result;
}

// The sum of a process is exact, the times of its threads are up to a tick behind. Time in the rest stays in the rest: threads get at most
// the remainder of the sum.
void ProcScans::share_out(Record& record, std::uint64_t sum_ns) const {
  std::uint64_t shown = record.ended_ns + record.rest_ns;
  for (const auto& [id, thread] : record.threads) shown += std::max(thread.emitted.seen.total.cpu_ns, kernel_.task(id).charged_ns);
  std::uint64_t excess = shown > sum_ns ? shown - sum_ns : 0;
  record.rest_ns += sum_ns > shown ? sum_ns - shown : 0;
  for (auto& [id, thread] : record.threads) {
    const std::uint64_t emitted = thread.emitted.seen.total.cpu_ns;
    const std::uint64_t now = std::max(emitted, kernel_.task(id).charged_ns);
    const std::uint64_t less = std::min(excess, now - emitted);
    excess -= less;
    thread.emitted = delivery_of(Delivery::Kind::kSample, id);
    set_cpu(thread.emitted.seen.total, now - less);
    thread.used_ns = kernel_.task(id).cpu_ns;
  }
}

void ProcScans::read(std::size_t process) {
  if (!listed(process)) return;
  Record& record = records_[process];
  record.found = true;
  record.found_ns = kernel_.now_ns();
  const std::vector<std::size_t> now = threads_of(process);
  for (auto at = record.threads.begin(); at != record.threads.end();) {
    if (std::ranges::find(now, at->first) != now.end()) {
      ++at;
      continue;
    }
    record.ended_ns += at->second.emitted.seen.total.cpu_ns;
    record.ended_held_back_ns += at->second.used_ns - at->second.emitted.seen.total.cpu_ns;
    ended_threads_.push_back(at->second.emitted);
    at = record.threads.erase(at);
  }
  for (const std::size_t id : now) record.threads.try_emplace(id);
  share_out(record, used_ns(process));
}

std::vector<Delivery> ProcScans::end() {
  std::vector<Delivery> emitted;
  for (const Delivery& thread : std::exchange(ended_threads_, {})) {
    if (!records_.contains(thread.process)) continue;
    emit_exit(thread, std::max(thread.seen.live_threads, 2U) - 1, emitted);
    emit_release(thread, scanned_ns_, emitted);
  }
  std::vector<Delivery> estimates;
  for (std::size_t process = kernel_.processes().size(); process-- > 0;) {  // children first
    const auto at = records_.find(process);
    if (listed(process) ? at == records_.end() || at->second.found : settled_.contains(process)) continue;
    if (at != records_.end() && at->second.found) continue;  // exited since it was read: the next scan will report the exit
    settled_.insert(process);
    std::uint64_t reported_ns = 0;
    if (at != records_.end()) {
      emit_end(process, at->second, emitted);
      reported_ns = at->second.ended_ns + at->second.rest_ns;
      for (const auto& [id, thread] : at->second.threads) reported_ns += thread.emitted.seen.total.cpu_ns;
      gone_held_back_ns_ += held_back_ns(at->second);
      records_.erase(at);
    }
    estimate(process, reported_ns, estimates);
  }
  for (auto& [process, record] : records_) emit_samples(process, record, emitted);  // parents first
  emitted.insert(emitted.end(), estimates.begin(), estimates.end());
  scanned_ = true;
  scanned_ns_ = began_ns_;
  return emitted;
}

Delivery ProcScans::rest_of(std::size_t process, const Record& record, std::uint64_t reported_ns) const {
  const std::size_t leader = kernel_.process(process).leader;
  const auto thread = record.threads.find(leader);
  Delivery rest = thread != record.threads.end() ? thread->second.emitted : delivery_of(Delivery::Kind::kSample, leader);
  rest.seen.scope = event::Scope::kProcess;
  rest.seen.task = {.handle = kRest | kernel_.process(process).key.tgid,
                    .start_boottime_ns = whole_ticks(kernel_.process(process).start_boottime_ns)};
  rest.seen.leader = false;
  rest.seen.total = {};
  set_cpu(rest.seen.total, reported_ns);
  rest.task = kNobody;
  return rest;
}

void ProcScans::emit_exit(Delivery last, std::uint32_t living, std::vector<Delivery>& emitted) const {
  last.kind = Delivery::Kind::kExit;
  last.seen.exited = true;
  last.seen.state = event::State::kZombie;
  last.seen.live_threads = living;
  last.exit_boottime_ns = began_ns_;
  last.status_known = false;
  emitted.push_back(std::move(last));
}

void ProcScans::emit_release(Delivery last, std::uint64_t seen_ns, std::vector<Delivery>& emitted) const {
  last.kind = Delivery::Kind::kRelease;
  last.time_ns = std::max(seen_ns, last.seen.task.start_boottime_ns);
  emitted.push_back(std::move(last));
}

void ProcScans::emit_end(std::size_t process, const Record& record, std::vector<Delivery>& emitted) const {
  const std::size_t leader = kernel_.process(process).leader;
  const bool has_rest = record.rest_ns > 0;
  auto living = static_cast<std::uint32_t>(record.threads.size()) + (has_rest ? 1U : 0U);
  for (const auto& [id, thread] : record.threads) {
    if (id != leader) emit_exit(thread.emitted, --living, emitted);
  }
  const Delivery rest = rest_of(process, record, record.rest_ns);
  if (has_rest) emit_exit(rest, --living, emitted);
  if (const auto at = record.threads.find(leader); at != record.threads.end()) emit_exit(at->second.emitted, --living, emitted);
  for (const auto& [id, thread] : record.threads) {
    if (id != leader) emit_release(thread.emitted, scanned_ns_, emitted);
  }
  if (has_rest) emit_release(rest, scanned_ns_, emitted);
  if (const auto at = record.threads.find(leader); at != record.threads.end()) emit_release(at->second.emitted, scanned_ns_, emitted);
}

void ProcScans::emit_samples(std::size_t process, Record& record, std::vector<Delivery>& emitted) const {
  for (const auto& [id, thread] : record.threads) emitted.push_back(thread.emitted);
  if (record.rest_ns > 0) {
    if (!record.rest_reported && !record.first_scan) emitted.push_back(rest_of(process, record, 0));
    emitted.push_back(rest_of(process, record, record.rest_ns));
    record.rest_reported = true;
  }
  record.first_scan = false;
}

// The kernel has added the time of the process to the child usage of its reaper. The child usage at the first scan is a baseline.
void ProcScans::estimate(std::size_t process, std::uint64_t reported_ns, std::vector<Delivery>& emitted) const {
  std::uint64_t used = 0;
  for (const SimTask& task : kernel_.tasks()) used += task.process == process ? task.charged_ns : 0;
  if (!scanned_ || is_autoreaped(process) || used <= reported_ns) return;
  std::size_t reaper_id = kernel_.process(process).parent_process;
  while (reaper_id != kNobody && !records_.contains(reaper_id)) reaper_id = kernel_.process(reaper_id).parent_process;
  if (reaper_id == kNobody || !records_.at(reaper_id).found) return;
  Delivery estimate;
  estimate.kind = Delivery::Kind::kEstimated;
  estimate.process = reaper_id;
  estimate.time_ns = kernel_.now_ns();
  estimate.task = kNobody;
  const SimProcess& reaper = kernel_.process(reaper_id);
  const std::uint64_t start_ns = whole_ticks(reaper.start_boottime_ns);
  const std::uint64_t unreported = used - reported_ns;
  estimate.estimated = {.process = by_number(reaper.key),
                        .start_boottime_ns = start_ns,
                        .reaper = by_number(reaper.key),
                        .reaper_start_ns = start_ns,
                        .user_ns = unreported - unreported / 4,
                        .system_ns = unreported / 4};
  emitted.push_back(std::move(estimate));
}

std::uint64_t ProcScans::held_back_ns(const Record& record) {
  std::uint64_t held_back = record.ended_held_back_ns;
  for (const auto& [id, thread] : record.threads) held_back += thread.used_ns - thread.emitted.seen.total.cpu_ns;
  return std::min(record.rest_ns, held_back);
}

std::uint64_t ProcScans::held_back_ns() const {
  std::uint64_t sum = gone_held_back_ns_;
  for (const auto& [process, record] : records_) sum += held_back_ns(record);
  return sum;
}

}  // namespace procledger::test
