// SPDX-License-Identifier: Apache-2.0
// The seam between accounting and grouping: the ledger asks which group a process belongs to, and never why.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/event/sink.hpp"
#include "core/ledger/account.hpp"

namespace procledger::ledger {

// What a process runs, as of its last exec. Shared by all that were forked from it since.

struct Program {
  std::string filename;             ///< as passed to execve; empty if no exec was seen
  std::optional<std::string> args;  ///< NUL between arguments; absent when unknown
  std::optional<std::string> path;  ///< of the file, as the process sees it; absent when unknown
  std::optional<std::string> env;   ///< NUL between variables; absent when unknown
  bool args_cut{};
  bool path_cut{};
  bool env_cut{};
};

using ProgramPtr = std::shared_ptr<const Program>;

/// Dense and small: an index into a table of accounts.
using GroupId = std::uint32_t;

/// Of a process in a group.
struct Membership {
  GroupId group{};
  std::uint32_t generation{};  ///< a group that is dropped leaves its id to another one
  bool claimed{};              ///< by a rule: what it starts belongs there too, unless a rule says otherwise
};

/// Whom a process descends from.
class Ancestry {
 public:
  virtual ~Ancestry() = default;
  /// Whether the process is, or descends from, the one with this tgid, as far as its ancestors live.
  [[nodiscard]] virtual bool descends_from(std::uint32_t tgid) const = 0;
};

/// What the ledger knows of a process when its group is decided, as plain values: not every classifier has rules. Those that have read it
/// through rules::ProcessAttributes. Views and pointers are valid during the call only.
struct ProcessFacts {
  std::string_view comm;
  ProgramPtr program;  ///< null when it is not known what runs
  std::uint32_t tgid{};
  std::uint32_t parent_tgid{};
  std::uint32_t uid{};
  std::uint64_t birth_ns{};
  std::optional<std::uint64_t> cgroup_id;
  bool kernel_thread{};
  bool dead{};                           ///< /proc has nothing to tell of it
  const Ancestry* ancestry{};            ///< null: nothing is known
  std::optional<Membership> creator{};   ///< of the process that forked it, while both run the same program still
  std::optional<Membership> inherited{};  ///< for a process that no rule names: the claimed group of its creator
};

struct Decision {
  GroupId group{};
  bool fresh{};  ///< the id was not in use, or belonged to a group that was dropped: its account starts from zero
  bool claimed{};
  std::uint32_t generation{};
  Series series{};
  bool own_threads{};   ///< this process's threads get one series each, whatever its group asks for
  ProgramPtr learnt{};  ///< what had to be found out: the same is not asked again
};

class Classifier {
 public:
  virtual ~Classifier() = default;

  /// A process appeared, was forked, ran exec, was renamed or moved, or the rules changed.
  virtual Decision decide(const ProcessFacts& facts) = 0;

  /// The group that takes what cannot be named.
  virtual Decision unattributed() = 0;

  /// Names of cgroups, in their order among the processes that are to be decided.
  virtual void learn(const event::CgroupNamed& /*cgroup*/) {}
  virtual void forget_cgroup(std::uint64_t /*id*/) {}
};

}  // namespace procledger::ledger
