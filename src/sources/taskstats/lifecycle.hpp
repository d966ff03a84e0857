// SPDX-License-Identifier: Apache-2.0
// From netlink messages to events: births, what becomes of a process, and its end with its figures.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "core/event/sink.hpp"
#include "core/event/source.hpp"
#include "sources/proc/proc_scanner.hpp"
#include "sources/taskstats/netlink_feed.hpp"
#include "sources/taskstats/process_index.hpp"

namespace procledger::taskstats {

/// One moment by two clocks: messages are stamped by the one, events by the other.
struct Moment {
  std::uint64_t boottime_ns{};
  std::uint64_t monotonic_ns{};
};

class Lives {
 public:
  /// @param walker  is told of every end; must outlive this
  Lives(std::string procfs, proc::Walker& walker) : procfs_{procfs}, walker_{walker}, people_{std::move(procfs), walker} {}

  void want(event::Source::Wanted wanted) { wanted_ = wanted; }

  /// Tells what happened. A record waits for the exit that belongs to it, which comes later from the kernel, too.
  void take(const Batch& batch, Moment now, event::Sink& sink);

  /// Tells of those records alone that still wait: their exits were lost, or come too late for this collection.
  void take_waiting(Moment now, event::Sink& sink);

 private:
  /// The end of one task: what is there of its record and its exit.
  struct End {
    const ExitRecord* record{};
    const LifeEvent* exit{};
    std::uint32_t tgid{};
    std::uint32_t tid{};
    std::uint64_t death_ns{};
  };
  /// A leader that ended before its threads did, unless exec gave another one its place.
  struct EarlyEnd {
    event::Totals total;
    std::uint64_t peak_bytes{};
    std::uint32_t exit_status{};
  };

  void take(const LifeEvent& event, Moment now, event::Sink& sink);
  void forked(const LifeEvent& event, std::uint64_t time_ns, event::Sink& sink);
  void execed(const LifeEvent& event, std::uint64_t time_ns, event::Sink& sink);
  void tell_exec(const Person& person, const RunningProgram& program, std::uint64_t time_ns, event::Sink& sink);
  void changed(const LifeEvent& event, std::uint64_t time_ns, event::Sink& sink);
  void tell_change(const Person& person, std::uint64_t time_ns, event::Sink& sink);
  void exited(const LifeEvent& event, std::uint64_t time_ns, event::Sink& sink);

  /// With the figures that the walk before had of it, if that met it.
  [[nodiscard]] event::Observation leader_as_walked(const Person& person) const;
  [[nodiscard]] Person person_of(const End& end);
  [[nodiscard]] bool ends_process(const End& end) const;
  void catch_up(const End& end, event::Sink& sink);
  void tell(const End& end, event::Sink& sink);
  void tell_thread(const End& end, const Person& person, bool last, event::Sink& sink);
  void tell_process(const End& end, const Person& person, event::Sink& sink);
  void tell_death(event::Observation task, const Person& person, const End& end, std::uint64_t peak_bytes, event::Sink& sink);

  std::string procfs_;
  proc::Walker& walker_;
  People people_;
  event::Source::Wanted wanted_;
  std::unordered_map<std::uint32_t, ExitRecord> waiting_;   ///< records by tid
  std::unordered_map<std::uint32_t, EarlyEnd> early_ends_;  ///< by tgid
  std::unordered_set<std::uint32_t> told_alone_;            ///< tids whose exits may still come
  std::unordered_set<std::uint32_t> told_alone_before_;     ///< likewise, since the collection before
};

}  // namespace procledger::taskstats
