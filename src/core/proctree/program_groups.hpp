// SPDX-License-Identifier: Apache-2.0
// Who belongs to a command's tree, and under which program's name. One group of the ledger for each program, and one for everybody else
// on the host.
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
  std::uint64_t born_after_ns{};  ///< CLOCK_BOOTTIME, as coarse as the source's births: an earlier one with this number is another process
  std::string name;               ///< of the program, known before it runs
};

/// Membership is inherited at fork, for ever: it does not matter who the parent is later, so daemons stay. A program is what was last
/// exec'ed, by its file's name; where no exec was told, what the process calls itself.
class Programs final : public ledger::Classifier {
 public:
  static constexpr ledger::GroupId kOutside = 0;
  static constexpr ledger::GroupId kUnattributed = 1;
  static constexpr ledger::GroupId kOther = 2;  ///< programs beyond the limit; the first of the tree's own groups

  explicit Programs(std::size_t most_programs);

  void follow(Root root) { root_ = std::move(root); }

  /// Whoever turns up as a child of this process belongs to the tree: it takes the tree's orphans, and others' only as told here.
  void adopt_orphans_of(std::uint32_t tgid, std::function<bool(std::uint32_t tgid)> is_stranger) {
    reaper_ = tgid;
    is_stranger_ = std::move(is_stranger);
  }

  ledger::Decision decide(const ledger::ProcessFacts& facts) override;
  ledger::Decision unattributed() override;

  [[nodiscard]] static bool inside(ledger::GroupId group) { return group >= kOther; }
  [[nodiscard]] bool is_root(std::uint32_t tgid, std::uint64_t birth_ns) const;
  /// As it came from the kernel: anything but NUL and '/'.
  [[nodiscard]] const std::string& name(ledger::GroupId group) const { return names_[group]; }

 private:
  [[nodiscard]] bool belongs(const ledger::ProcessFacts& facts) const;
  [[nodiscard]] std::string_view name_of(const ledger::ProcessFacts& facts) const;
  ledger::GroupId group_of(std::string_view name);
  ledger::Decision into(ledger::GroupId group, bool claimed);

  std::size_t most_programs_;
  std::optional<Root> root_;
  std::optional<std::uint64_t> root_birth_ns_;
  std::optional<std::uint32_t> reaper_;
  std::function<bool(std::uint32_t)> is_stranger_;
  std::vector<std::string> names_{"(outside)", "(unattributed)", "(other)"};
  std::vector<bool> used_ = std::vector<bool>(3);
  std::unordered_map<std::string, ledger::GroupId> groups_;
};

}  // namespace procledger::proctree
