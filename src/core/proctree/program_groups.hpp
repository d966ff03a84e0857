// SPDX-License-Identifier: Apache-2.0
// Assigns processes to the programs of a command's tree. The ledger has one group for each program, and one group for all processes outside
// the tree.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/ledger/classifier.hpp"

namespace procledger::proctree {

/// The process that runs the command.
struct Root {
  std::uint32_t tgid{};
  std::uint64_t started_after_ns{};  ///< CLOCK_BOOTTIME in the source's resolution: an earlier process with this tgid is another process
  std::string name;                  ///< name of the program, known before the program runs
};

/// Classifies processes for Tree, which owns it; the ledger calls it. A process inherits membership in the tree at fork and keeps it under
/// any later parent, so daemons stay in the tree. The program of a process is the file name of its last exec, or its comm if no exec was
/// reported.
class Programs final : public ledger::Classifier {
 public:
  static constexpr ledger::GroupId kOutside = 0;
  static constexpr ledger::GroupId kUnattributed = 1;
  static constexpr ledger::GroupId kOther = 2;  ///< programs beyond the limit; the first group of the tree

  explicit Programs(std::size_t most_programs);

  void follow(Root root) { root_ = std::move(root); }

  /// Adds later children of process `tgid` to the tree: the process is the subreaper of the tree's orphans. `is_stranger` returns whether a
  /// child is not from the tree.
  void reparent_children_of(std::uint32_t tgid, std::function<bool(std::uint32_t tgid)> is_stranger) {
    reaper_ = tgid;
    is_stranger_ = std::move(is_stranger);
  }

  ledger::Decision decide(const ledger::ProcessFacts& facts) override;
  ledger::Decision unattributed() override;

  [[nodiscard]] static bool inside(ledger::GroupId group) { return group >= kOther; }
  [[nodiscard]] bool is_root(std::uint32_t tgid, std::uint64_t start_boottime_ns) const;
  /// The name of a group's program, as from the kernel: any bytes except NUL and '/'.
  [[nodiscard]] const std::string& name(ledger::GroupId group) const { return names_[group]; }

 private:
  [[nodiscard]] bool belongs(const ledger::ProcessFacts& facts) const;
  [[nodiscard]] std::string_view name_of(const ledger::ProcessFacts& facts) const;
  ledger::GroupId group_of(std::string_view name);
  ledger::Decision into(ledger::GroupId group, bool claimed);

  std::size_t most_programs_;
  std::optional<Root> root_;
  std::optional<std::uint64_t> root_start_ns_;
  std::optional<std::uint32_t> reaper_;
  std::function<bool(std::uint32_t)> is_stranger_;
  std::vector<std::string> names_{"(outside)", "(unattributed)", "(other)"};
  std::vector<bool> used_ = std::vector<bool>(3);
  std::unordered_map<std::string, ledger::GroupId> groups_;
};

}  // namespace procledger::proctree
