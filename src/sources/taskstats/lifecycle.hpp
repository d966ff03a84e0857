// SPDX-License-Identifier: Apache-2.0
// From netlink messages to events: forks, execs, renames, exits with totals.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "core/event/sink.hpp"
#include "core/event/source.hpp"
#include "sources/proc/proc_scanner.hpp"
#include "sources/taskstats/netlink_feed.hpp"
#include "sources/taskstats/process_index.hpp"

namespace procledger::taskstats {

/// One moment on two clocks: netlink messages have CLOCK_MONOTONIC, events have CLOCK_BOOTTIME.
struct Moment {
  std::uint64_t boottime_ns{};
  std::uint64_t monotonic_ns{};
};

/// Translates netlink messages into events. Owns the index of processes and the exit records that wait for their exit event. The taskstats
/// source calls it with each batch of messages. Does not scan /proc: it asks the scanner about processes and passes it every exit.
class LifecycleTranslator {
 public:
  /// @param walker  takes the final totals of every exited task; must outlive this
  LifecycleTranslator(std::string procfs, proc::ProcScanner& scanner)
      : procfs_{procfs}, scanner_{scanner}, index_{std::move(procfs), scanner} {}

  void want(event::Source::Wanted wanted) { wanted_ = wanted; }

  /// Emits the events of a batch. An exit record waits for its exit event: the kernel sends it after the record.
  void take(const Batch& batch, Moment now, event::Sink& sink);

  /// Emits the exits of the records that still wait: their exit events were lost or come after this collection.
  void take_waiting(Moment now, event::Sink& sink);

 private:
  /// The exit of one task: its exit record and its exit event, or one of the two.
  struct End {
    const ExitRecord* record{};
    const LifeEvent* exit{};
    std::uint32_t tgid{};
    std::uint32_t tid{};
    std::uint64_t exit_boottime_ns{};
  };
  /// A leader that exited before its threads. An exec by a thread removes the entry: the thread is then the leader.
  struct EarlyEnd {
    event::TaskCounters total;
    std::uint64_t peak_bytes{};
    std::uint32_t exit_status{};
  };

  void take(const LifeEvent& event, Moment now, event::Sink& sink);
  void forked(const LifeEvent& event, std::uint64_t time_ns, event::Sink& sink);
  void execed(const LifeEvent& event, std::uint64_t time_ns, event::Sink& sink);
  void emit_exec(const ProcessEntry& person, const RunningProgram& program, std::uint64_t time_ns, event::Sink& sink);
  void changed(const LifeEvent& event, std::uint64_t time_ns, event::Sink& sink);
  void emit_change(const ProcessEntry& person, std::uint64_t time_ns, event::Sink& sink);
  void exited(const LifeEvent& event, std::uint64_t time_ns, event::Sink& sink);

  /// The leader with the totals of the last scan; without totals when no scan has seen the process.
  [[nodiscard]] event::Observation leader_as_walked(const ProcessEntry& person) const;
  [[nodiscard]] ProcessEntry person_of(const End& end);
  [[nodiscard]] bool ends_process(const End& end) const;
  void catch_up(const End& end, event::Sink& sink);
  void emit(const End& end, event::Sink& sink);
  void emit_thread(const End& end, const ProcessEntry& person, bool last, event::Sink& sink);
  void emit_process(const End& end, const ProcessEntry& person, event::Sink& sink);
  void emit_exit(event::Observation task, const ProcessEntry& person, const End& end, std::uint64_t peak_bytes, event::Sink& sink);

  std::string procfs_;
  proc::ProcScanner& scanner_;
  ProcessIndex index_;
  event::Source::Wanted wanted_;
  /// Exit records by tid, the oldest first: between two reads, a number may have had several owners.
  std::multimap<std::uint32_t, ExitRecord> waiting_;
  std::unordered_map<std::uint32_t, EarlyEnd> early_ends_;   ///< by tgid
  std::unordered_set<std::uint32_t> reported_alone_;         ///< tids that take_waiting() emitted in the last collection
  std::unordered_set<std::uint32_t> reported_alone_before_;  ///< in the collection before that; their exit events may still come
};

}  // namespace procledger::taskstats
