// SPDX-License-Identifier: Apache-2.0
// The seam between accounting and grouping: the ledger asks which group a process belongs to, and never why.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "event/observation.hpp"

namespace procledger::ledger {

/// Dense and small: an index into a table of accounts.
using GroupId = std::uint32_t;

/// Everything that is known of a process when its group is decided. Views are valid during the call only.
struct ProcessFacts {
  std::string_view comm;
  std::string_view filename;             ///< empty unless an exec was seen
  std::optional<std::string_view> args;  ///< NUL between arguments; absent when unknown
  std::uint32_t tgid{};
  std::uint32_t parent_tgid{};
  std::uint32_t uid{};
  std::optional<std::uint64_t> cgroup_id;
  bool kernel_thread{};
};

/// What an observation alone tells. Views into `seen`.
[[nodiscard]] ProcessFacts facts_of(const event::Observation& seen);

struct Decision {
  GroupId group{};
  bool fresh{};  ///< the id was not in use, or belonged to a group that was dropped: its account starts from zero
};

class Classifier {
 public:
  virtual ~Classifier() = default;

  /// A process appeared, ran exec, was renamed or moved. `parents` is the group of the process that forked it, if known;
  /// it is given at fork only.
  virtual Decision decide(const ProcessFacts& facts, std::optional<GroupId> parents) = 0;

  /// The group that takes what cannot be named.
  virtual Decision unattributed() = 0;
};

}  // namespace procledger::ledger
