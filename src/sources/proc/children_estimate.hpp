// SPDX-License-Identifier: Apache-2.0
// CPU time that nobody saw being used, from what the kernel adds to a parent's children time when that reaps: all that the child ever
// used and all that the child had reaped (kernel/exit.c:wait_task_zombie). What was told of these before is taken off again; the rest
// lived and died between two looks, or went on after the last one. Pure: no clock, no files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "sources/proc/cpu_split.hpp"

namespace procledger::proc {

class ChildrenEstimate {
 public:
  /// @param tick_ns  the kernel shows children times cut down to whole ticks, user and system each
  explicit ChildrenEstimate(std::uint64_t tick_ns) : slack_ns_{2 * tick_ns} {}

  struct Kin {
    std::optional<ProcessKey> parent;
    bool ignores_children{};  ///< the kernel reaps its children itself and adds them to nobody
  };

  /// A living process's children time, read in this look. At first sight of a process that is older than we are it is a baseline,
  /// else all of it is news.
  void see(ProcessKey process, const Kin& kin, Split children, bool older_than_we);

  /// When a process was found to be gone.
  enum class Gone : std::uint8_t {
    kBeforeReading,  ///< before any children time of this look was read: whoever reaped it shows it
    kWhileReading,   ///< perhaps after that of its parent was read, which will show it in the next look
  };
  /// A process that exists no more, and what was told of it in its whole life, its children not included.
  /// @param parent  counts for a process that was never seen
  void vanish(ProcessKey process, std::optional<ProcessKey> parent, Split own, Gone gone);

  struct Outcome {
    std::map<ProcessKey, Split> estimates;                 ///< by the process whose children time has it
    std::map<ProcessKey, std::vector<ProcessKey>> reaped;  ///< by the same: which gone processes are in it
    std::set<ProcessKey> unclaimed;                        ///< gone processes that nobody was credited with, as far as one can see
  };
  /// The end of a look.
  [[nodiscard]] Outcome settle();

  [[nodiscard]] std::size_t size() const { return nodes_.size(); }

 private:
  struct Node {
    std::optional<ProcessKey> parent;
    bool ignores_children{};
    bool gone{};
    Split counted;     ///< children time that was taken note of
    Split fresh;       ///< and not yet explained
    Split remainder;   ///< owed: was told of children, and hides in what was cut off the ticks
    Split carried;     ///< owed: the next look will show it
    bool overdrawn{};  ///< in this look more was owed than anybody was credited with
  };
  using Nodes = std::unordered_map<ProcessKey, Node, ProcessKeyHash>;
  struct Debt {
    ProcessKey process;
    Split owed;
    Gone gone{};
    Nodes::value_type* heir{};
    bool nobodys{};  ///< who should have reaped it does not want to know of its children
  };

  Nodes::value_type* find(std::optional<ProcessKey> process);
  void find_heir(Debt& debt);
  void climb(const Node& from, Split& owed);
  void pay_carried();
  void pay_debts();
  void settle_remainders();
  void judge(Outcome& outcome);

  std::uint64_t slack_ns_;
  Nodes nodes_;
  std::set<ProcessKey> unsettled_;  ///< living, with something fresh or owed
  std::vector<Debt> debts_;
};

}  // namespace procledger::proc
