// SPDX-License-Identifier: Apache-2.0
// The interface between the ledger and grouping. The ledger asks for the group of a process and does not know the rules.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/event/sink.hpp"
#include "core/ledger/account.hpp"

namespace procledger::ledger {

/// The program of a process, as of its last exec. Processes forked since then share it.
struct Program {
  std::string filename;             ///< as passed to execve; empty if no exec was seen
  std::optional<std::string> args;  ///< NUL between arguments; absent when unknown
  std::optional<std::string> path;  ///< of the executable, as the process sees it; absent when unknown
  std::optional<std::string> env;   ///< NUL between variables; absent when unknown
  bool args_cut{};
  bool path_cut{};
  bool env_cut{};
};

using ProgramPtr = std::shared_ptr<const Program>;

/// Index into the table of accounts: dense and small.
using GroupId = std::uint32_t;

/// The membership of a process in a group.
struct Membership {
  GroupId group{};
  std::uint32_t generation{};  ///< of the group: another group may reuse the id of a dropped group
  bool claimed{};              ///< a rule matched the process: its descendants inherit the group unless a rule matches them
};

/// The ancestors of a process.
class Ancestry {
 public:
  virtual ~Ancestry() = default;
  /// Whether the process is process `tgid` or descends from it, as far as its ancestors are alive.
  [[nodiscard]] virtual bool descends_from(std::uint32_t tgid) const = 0;
};

/// All facts about a process at the time of its classification, as plain values: not every classifier has rules. Rules read them through
/// rules::ProcessAttributes. Views and pointers are valid only during the call.
struct ProcessFacts {
  std::string_view comm;
  ProgramPtr program;  ///< null when unknown
  std::uint32_t tgid{};
  std::uint32_t parent_tgid{};
  std::uint32_t uid{};
  std::uint64_t start_boottime_ns{};
  std::optional<std::uint64_t> cgroup_id;
  bool kernel_thread{};
  bool dead{};                            ///< the process has exited: /proc has no data about it
  const Ancestry* ancestry{};             ///< null when unknown
  std::optional<Membership> creator{};    ///< of the process that forked it, while both run the same program
  std::optional<Membership> inherited{};  ///< for a process that no rule matches: the matched group of its creator
};

/// The result of a classification.
struct Decision {
  GroupId group{};
  bool fresh{};  ///< the id is new, or belonged to a dropped group: its account starts from zero
  bool claimed{};
  std::uint32_t generation{};
  Series series{};
  bool own_threads{};   ///< each thread of this process gets a series, whatever its group asks for
  ProgramPtr learnt{};  ///< the program as read from the host; the ledger keeps it, so that it is read once
};

/// Assigns a group to a process by the rules. The ledger calls it; grouping implements it.
class Classifier {
 public:
  virtual ~Classifier() = default;

  /// Classifies a process that appeared, was forked, called exec, was renamed or moved, or whose rules changed.
  virtual Decision decide(const ProcessFacts& facts) = 0;

  /// The group of unattributed usage.
  virtual Decision unattributed() = 0;

  /// Takes the path of a cgroup. Calls come in order with the calls of `decide`.
  virtual void learn(const event::CgroupNamed& /*cgroup*/) {}
  virtual void forget_cgroup(std::uint64_t /*id*/) {}
};

}  // namespace procledger::ledger
