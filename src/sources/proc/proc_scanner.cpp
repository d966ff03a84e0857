// SPDX-License-Identifier: Apache-2.0
// Reading of a scan. proc_scanner_events.cpp emits the events.
#include "sources/proc/proc_scanner.hpp"

#include <fcntl.h>
#include <cerrno>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "host/procfs/file.hpp"

namespace procledger::proc {
namespace {

/// Every scan reads one in 16 processes that did not run: changes from outside, such as a new cgroup, are seen with this delay.
constexpr std::uint64_t kRefreshEvery = 16;

std::uint64_t tick_ns() { return 1'000'000'000 / procfs::user_hz(); }

// CPU time that was emitted for a process, split in the ratio of its ticks.
CpuSplit reported_split(const ProcessRecord& record) {
  const event::TaskCounters total = record.emitted();
  const std::uint64_t ticks = total.user_ticks_ns + total.system_ticks_ns;
  const double share = ticks == 0 ? 1.0 : static_cast<double>(total.user_ticks_ns) / static_cast<double>(ticks);
  const auto user = std::min(total.cpu_ns, static_cast<std::uint64_t>(static_cast<double>(total.cpu_ns) * share));
  return {.user_ns = user, .system_ns = total.cpu_ns - user};
}

}  // namespace

ProcScanner::ProcScanner(Options options, ProcessFiles files, CpuClock& clock)
    : options_{std::move(options)}, reader_{std::move(files)}, clock_{clock}, estimate_{tick_ns()} {}

const ProcessRecord* ProcScanner::find(std::uint32_t tgid) const {
  const auto at = records_.find(tgid);
  return at == records_.end() ? nullptr : at->second.get();
}

// Gone processes are searched twice: before any process is read, so that the child usage of their parents includes them; and afterwards,
// since a process that is read later may have reaped a child that the list still had.
Result<void> ProcScanner::scan(std::uint64_t began_ns) {
  if (auto listed = list(); !listed) return listed;
  ++scan_number_;
  last_scan_ns_ = std::exchange(began_ns_, began_ns);
  must_read_ = std::exchange(must_read_next_, {});
  read_.clear();
  reader_.files().begin();
  find_gone();
  for (const std::uint32_t tgid : listed_) sample_at(tgid);
  return {};
}

void ProcScanner::settle_gone() {
  for (const ProcessKey& key : std::exchange(missing_, {})) {
    const auto at = records_.find(key.tgid);
    if (at != records_.end() && at->second->key == key) retire(at, ChildrenEstimate::Gone::kBeforeReading);
  }
  // Before the search, which ends processes that this scan was the first to read: their parents owe what the scan has read.
  for (ProcessRecord* record : read_) find_parent(*record);
  find_late_gone();
  settle_estimates();
}

Result<void> ProcScanner::list() {
  const DirStream entries = open_dir(AT_FDCWD, options_.procfs.c_str());
  if (!entries) return tl::unexpected{system_error("reading " + options_.procfs, errno)};
  listed_.clear();
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(entries.get());
    if (entry == nullptr && errno != 0) return tl::unexpected{system_error("reading " + options_.procfs, errno)};
    if (entry == nullptr) return {};
    if (const auto tgid = to_number<std::uint32_t>(entry->d_name)) listed_.push_back(*tgid);
  }
}

void ProcScanner::find_gone() {
  for (const std::uint32_t tgid : listed_) {
    if (const auto at = records_.find(tgid); at != records_.end()) at->second->scan = scan_number_;
  }
  GoneProcesses gone;
  for (const auto& [tgid, record] : records_) {
    record->rest_grown = {};
    if (record->scan == scan_number_) continue;
    missing_.push_back(record->key);
    gone.emplace(tgid, record->ppid);
  }
  find_relatives(gone, must_read_);
}

// Ancestors of gone processes may have reaped them, even when their own CPU clock has not moved. Children of gone processes have a new
// parent.
void ProcScanner::find_relatives(const GoneProcesses& gone, std::set<std::uint32_t>& relatives) const {
  if (gone.empty()) return;
  for (const auto& [tgid, record] : records_) {
    if (gone.contains(record->ppid)) relatives.insert(tgid);
  }
  for (const auto& [tgid, ppid] : gone) {
    for (std::uint32_t ancestor = ppid; ancestor != 0 && relatives.insert(ancestor).second;) {
      const ProcessRecord* known = find(ancestor);
      const auto dead = gone.find(ancestor);
      ancestor = known != nullptr ? known->ppid : dead != gone.end() ? dead->second : 0;
    }
  }
}

bool ProcScanner::due(const ProcessRecord& record) const {
  return !record.read || !clock_.exact() || must_read_.contains(record.key.tgid) || (record.key.tgid + scan_number_) % kRefreshEvery == 0;
}

void ProcScanner::sample_at(std::uint32_t tgid) {
  const auto clock_ns = clock_.process_ns(tgid);
  const auto at = records_.find(tgid);
  if (!clock_ns) {
    if (at == records_.end()) ++losses_.vanished;
    return;  // find_late_gone() handles the process
  }
  const bool all = at == records_.end() || due(*at->second);
  if (all || at->second->clock_ns != clock_ns) read(tgid, *clock_ns, all);
}

void ProcScanner::read(std::uint32_t tgid, std::uint64_t clock_ns, bool all) {
  const auto process = reader_.files().open(tgid);
  auto at = records_.find(tgid);
  if (!process) {
    const bool gone = reader_.files().error() == ENOENT || reader_.files().error() == ESRCH;
    if (!gone) ++losses_.unreadable;
    if (gone && at == records_.end()) ++losses_.vanished;
    if (at != records_.end()) at->second->clock_ns.reset();
    return;
  }
  const bool met = at != records_.end() && (at->second->read || at->second->find(tgid) != nullptr);
  if (met && at->second->key.start_boottime_ns != process->stat.start_boottime_ns) {
    retire(at, ChildrenEstimate::Gone::kWhileReading);
    at = records_.end();
  }
  auto fresh = at == records_.end() ? std::make_unique<ProcessRecord>() : nullptr;
  ProcessRecord& record = fresh ? *fresh : *at->second;
  if (!met || fresh) record.key = {.tgid = tgid, .start_boottime_ns = process->stat.start_boottime_ns};
  if (!reader_.read(record, *process, clock_ns, all, ended_)) {
    record.clock_ns.reset();
    if (fresh) ++losses_.vanished;
    return;
  }
  record.scan = scan_number_;
  read_.push_back(&record);
  if (fresh) records_.emplace(tgid, std::move(fresh));
}

// With exit records, a process whose exit record has not come yet stays: its record is on the way, and the next scan handles it.
void ProcScanner::find_late_gone() {
  GoneProcesses gone;
  for (auto at = records_.begin(); at != records_.end();) {
    const auto next = std::next(at);
    const ThreadRecord* leader = options_.ends_are_reported ? at->second->find(at->first) : nullptr;
    const bool to_be_reported = options_.ends_are_reported && !(leader != nullptr && leader->reported_exited);
    if (!to_be_reported && !clock_.process_ns(at->first)) {
      gone.emplace(at->first, at->second->ppid);
      retire(at, ChildrenEstimate::Gone::kWhileReading);
    }
    at = next;
  }
  find_relatives(gone, must_read_next_);
}

void ProcScanner::retire(Records::iterator at, ChildrenEstimate::Gone gone) {
  const ProcessRecord& record = *at->second;
  estimate_.vanish(record.key, record.parent_key, reported_split(record), gone);
  std::erase(read_, &record);
  gone_.push_back(std::move(at->second));
  records_.erase(at);
}

// A parent starts before its child. A later start time means that another process has reused the parent's PID.
void ProcScanner::find_parent(ProcessRecord& record) const {
  const ProcessRecord* parent = find(record.ppid);
  const bool known = parent != nullptr && parent->read && parent->key.start_boottime_ns <= record.key.start_boottime_ns;
  record.parent = known ? std::optional{parent->id()} : std::nullopt;
  record.parent_key = known ? std::optional{parent->key} : std::nullopt;
  for (ThreadRecord& thread : record.threads) thread.seen.parent = record.parent;
}

void ProcScanner::settle_estimates() {
  for (const ProcessRecord* record : read_) {
    const bool older = record->key.start_boottime_ns < options_.attached_ns;
    estimate_.see(record->key, {.parent = record->parent_key, .ignores_children = record->ignores_children}, record->children, older);
  }
  outcome_ = estimate_.settle();
}

// A record with the same PID and another start time belongs to a process whose exit was missed.
ProcessRecord& ProcScanner::record_for(ProcessKey process, std::optional<ProcessKey> parent) {
  auto at = records_.find(process.tgid);
  if (at != records_.end() && at->second->key != process) {
    retire(at, ChildrenEstimate::Gone::kBeforeReading);
    at = records_.end();
  }
  if (at != records_.end()) return *at->second;
  auto fresh = std::make_unique<ProcessRecord>();
  fresh->key = process;
  fresh->scan = scan_number_;
  if (parent) {
    fresh->parent_key = parent;
    fresh->ppid = parent->tgid;
    fresh->parent = event::ProcessId{.handle = parent->tgid, .tgid = parent->tgid};
  }
  return *records_.emplace(process.tgid, std::move(fresh)).first->second;
}

event::TaskCounters ProcScanner::reported_exited(const event::Observation& final, ProcessKey process, std::optional<ProcessKey> parent) {
  const auto ended = std::ranges::find_if(ended_, [&](const ThreadRecord& thread) { return thread.seen.task == final.task; });
  if (ended != ended_.end()) {  // the last scan has found the thread gone
    ended->reported_exited = true;
    return ended->seen.total;
  }
  ProcessRecord& record = record_for(process, parent);
  const auto at = std::ranges::lower_bound(record.threads, final.tid, {}, [](const ThreadRecord& thread) { return thread.seen.tid; });
  const bool known = at != record.threads.end() && at->seen.tid == final.tid;
  ThreadRecord& thread = known ? *at : *record.threads.insert(at, ThreadRecord{});
  event::TaskCounters total = event::larger(thread.seen.total, final.total);
  if (!known && final.task.start_boottime_ns < began_ns_) {
    const event::TaskCounters unreported = event::beyond(total, record.rest_grown);
    record.rest_grown = event::beyond(record.rest_grown, total);
    total = unreported;
  }
  thread.seen = final;
  thread.seen.total = total;
  thread.reported_exited = true;
  record.clock_ns.reset();
  if (final.leader && final.live_threads == 0) record.zombie = true;
  return total;
}

}  // namespace procledger::proc
