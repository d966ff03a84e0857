// SPDX-License-Identifier: Apache-2.0
// Looks at every process from time to time and tells what became of it, in terms of events. What ran since the last look is read again;
// of what did not, only the CPU clock of its process.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "core/event/sink.hpp"
#include "sources/proc/children_estimate.hpp"
#include "sources/proc/cpu_clock.hpp"
#include "sources/proc/process_reader.hpp"

namespace procledger::proc {

/// Ids: of a process its tgid; of a task its tid and its birth; of the rest of a process (event::Scope::kProcess) kRest and its tgid, and
/// its leader's birth.
inline constexpr std::uint64_t kRest = std::uint64_t{1} << 32;

class Walker {
 public:
  struct Options {
    std::string procfs;
    std::uint64_t attached_ns{};  ///< CLOCK_BOOTTIME: who is older has a past that was not seen
    bool ends_are_told{};         ///< by told_dead(): what reaped children brought beyond all that was told is shared out to them
  };
  /// @param clock  must outlive this
  Walker(Options options, ProcessFiles files, CpuClock& clock);

  /// Reads. Between event::Sink::begin_walk and tell(). Who is gone is held against what was told of him in tell() only, so that
  /// told_dead() may come in between.
  /// @param began_ns  CLOCK_BOOTTIME, as for begin_walk
  /// @error  the list of processes cannot be read; nothing has changed then
  Result<void> look(std::uint64_t began_ns);

  /// Tells what the last look found: ends, samples, what processes hold, estimates.
  void tell(event::Sink& sink);

  /// Somebody else has told this task's final numbers: no sample of it is told any more, nor its death; only, when it vanishes, its end
  /// (on_freed). The numbers count as told when its parent's children time is looked at. It may be one that was never seen.
  /// Once `final.leader` and `final.live_threads` is 0 its process is dead, too.
  /// @param process  the task's, and its parent, which may be one that was never seen, too
  /// @return  what to tell as its totals: no less than was told of it, and without what the last look has told of it as the rest of its
  ///          process
  [[nodiscard]] event::Totals told_dead(const event::Observation& final, ProcessKey process, std::optional<ProcessKey> parent);

  /// What is known of a process, or null. Until the next call that is not const.
  [[nodiscard]] const ProcessRecord* find(std::uint32_t tgid) const;
  [[nodiscard]] std::size_t size() const { return records_.size(); }

  struct Losses {
    std::uint64_t vanished{};    ///< processes that were there, and gone before they could be read once
    std::uint64_t unreadable{};  ///< reads of a process that the kernel refused
  };
  [[nodiscard]] const Losses& losses() const { return losses_; }

 private:
  using Records = std::unordered_map<std::uint32_t, std::unique_ptr<ProcessRecord>>;

  Result<void> list();
  void find_gone();
  void settle_gone();
  /// By number: the gone, and the parent of each.
  using Orphaning = std::unordered_map<std::uint32_t, std::uint32_t>;
  void find_relatives(const Orphaning& gone, std::set<std::uint32_t>& relatives) const;
  [[nodiscard]] ProcessRecord& record_for(ProcessKey process, std::optional<ProcessKey> parent);
  void look_at(std::uint32_t tgid);
  void read(std::uint32_t tgid, std::uint64_t clock_ns, bool all);
  void find_late_gone();
  void bury(Records::iterator at, ChildrenEstimate::Gone gone);
  void settle_families();
  void find_parent(ProcessRecord& record) const;
  [[nodiscard]] bool due(const ProcessRecord& record) const;

  void tell_ended_threads(event::Sink& sink);
  void tell_ends(event::Sink& sink);
  void tell_end(const ProcessRecord& record, event::Sink& sink) const;
  void tell_samples(ProcessRecord& record, event::Sink& sink) const;
  static void begin_rest(const ProcessRecord& record, event::Sink& sink);
  void tell_holding(const ProcessRecord& record, event::Sink& sink) const;
  void tell_estimates(event::Sink& sink);

  Options options_;
  ProcessReader reader_;
  CpuClock& clock_;
  Records records_;
  ChildrenEstimate estimate_;
  Losses losses_;

  std::uint64_t look_{};
  std::uint64_t began_ns_{};
  std::uint64_t last_look_ns_{};
  std::vector<std::uint32_t> listed_;
  std::vector<ProcessKey> missing_;         ///< in this look's list
  std::set<std::uint32_t> must_read_;       ///< in this look: who may have reaped, or been given to, somebody
  std::set<std::uint32_t> must_read_next_;  ///< in the next one
  std::vector<ProcessRecord*> read_;        ///< in this look
  std::vector<ThreadRecord> ended_;         ///< threads of living processes
  std::vector<std::unique_ptr<ProcessRecord>> gone_;
  ChildrenEstimate::Outcome families_;
};

}  // namespace procledger::proc
