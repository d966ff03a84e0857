// SPDX-License-Identifier: Apache-2.0
// CPU time of processes that no scan has seen, or of their last milliseconds after the last scan. The kernel adds a reaped child's CPU time
// and child usage (cutime + cstime) to the child usage of the parent (kernel/exit.c:wait_task_zombie). CPU time that was emitted for the
// child before is subtracted; the remainder is the estimate. Pure: no clock, no files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "sources/proc/cpu_split.hpp"

namespace procledger::proc {

/// Keeps child usage of every process, and attributes its growth to exited children. The scanner calls see() and vanish() during a scan and
/// settle() at its end. Owns one node per process. Emits no events.
class ChildrenEstimate {
 public:
  /// @param tick_ns  length of a tick: /proc shows child usage in whole ticks, user and system each rounded down
  explicit ChildrenEstimate(std::uint64_t tick_ns) : slack_ns_{2 * tick_ns} {}

  struct Kin {
    std::optional<ProcessKey> parent;
    bool ignores_children{};  ///< the kernel reaps its children itself and credits no parent
  };

  /// Takes the child usage of a living process, read in this scan. Child usage of a process that started before the source is a baseline at
  /// first sight; otherwise all of it counts as growth.
  void see(ProcessKey process, const Kin& kin, CpuSplit children, bool older_than_source);

  /// When a scan found that a process is gone.
  enum class Gone : std::uint8_t {
    kBeforeReading,  ///< before the scan read any child usage: the child usage of the parent includes the process
    kWhileReading,   ///< possibly after the scan read the child usage of the parent: the next scan includes the process
  };
  /// Takes a process that no longer exists.
  /// @param parent  used for a process that see() has never taken
  /// @param own     CPU time that was emitted for the process since its start, without its children
  void vanish(ProcessKey process, std::optional<ProcessKey> parent, CpuSplit own, Gone gone);

  struct Outcome {
    std::map<ProcessKey, CpuSplit> estimates;              ///< by the process whose child usage includes the estimate
    std::map<ProcessKey, std::vector<ProcessKey>> reaped;  ///< by the same process: its gone children
    std::set<ProcessKey> unclaimed;                        ///< gone processes that no parent was credited with, as far as /proc shows
  };
  /// Ends a scan.
  [[nodiscard]] Outcome settle();

  [[nodiscard]] std::size_t size() const { return nodes_.size(); }

 private:
  struct Node {
    std::optional<ProcessKey> parent;
    bool ignores_children{};
    bool gone{};
    CpuSplit counted;    ///< child usage of the last scan
    CpuSplit fresh;      ///< growth of child usage that no child explains yet
    CpuSplit remainder;  ///< owed: emitted for children, but below a whole tick in child usage
    CpuSplit carried;    ///< owed: emitted for children, and in child usage from the next scan on
    bool overdrawn{};    ///< in this scan more was owed than the growth of any ancestor explains
  };
  using Nodes = std::unordered_map<ProcessKey, Node, ProcessKeyHash>;
  struct Debt {
    ProcessKey process;
    CpuSplit owed;
    Gone gone{};
    Nodes::value_type* reaper{};  ///< the living process whose child usage includes the gone process
    bool uncredited{};            ///< an ancestor ignores its children: no process is credited
  };

  Nodes::value_type* find(std::optional<ProcessKey> process);
  void find_reaper(Debt& debt);
  void climb(const Node& from, CpuSplit& owed);
  void pay_carried();
  void pay_debts();
  void settle_remainders();
  void judge(Outcome& outcome);

  std::uint64_t slack_ns_;
  Nodes nodes_;
  std::set<ProcessKey> unsettled_;  ///< living processes with growth or debts
  std::vector<Debt> debts_;
};

}  // namespace procledger::proc
