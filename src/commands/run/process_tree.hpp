// SPDX-License-Identifier: Apache-2.0
// The processes of a run in the order in which a tree shows them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/proctree/figures.hpp"

namespace procledger::run {

struct ListedProcess {
  const proctree::Node* node{};
  const proctree::Node* parent{};  ///< null: nobody here forked it
  std::uint32_t depth{};
  std::vector<bool> more{};  ///< for each level below the top: whether siblings follow
};

/// Children behind their parents, in order of birth. Of any depth, without recursion.
/// @param nodes  parents before their children
[[nodiscard]] std::vector<ListedProcess> list_tree(const std::vector<proctree::Node>& nodes);

/// "running", "zombie", "exit 3", "signal 9", or "ended" where nobody knows how.
[[nodiscard]] std::string end_of(const proctree::Node& node);
/// alive, zombie, exited, signaled or ended.
[[nodiscard]] const char* state_name(const proctree::Node& node);

/// One line a process.
[[nodiscard]] std::string tree_lines(const proctree::Figures& figures);

}  // namespace procledger::run
