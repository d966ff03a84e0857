// SPDX-License-Identifier: Apache-2.0
// The report of a run as text for people: values with units, and the process tree.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "commands/run/reports.hpp"
#include "core/proctree/figures.hpp"

namespace procledger::run {

/// The report; with several runs means and standard deviations, and programs as means.
/// @param tree  adds the process tree, if the run has kept it
[[nodiscard]] std::string text(const Subject& subject, bool tree);

/// One line on the present.
[[nodiscard]] std::string glance(const proctree::Glance& glance, const proctree::Glance* before);

// Quantities for people.

/// "12.3 MiB"
[[nodiscard]] std::string in_bytes(double bytes);
/// "12,345"
[[nodiscard]] std::string in_thousands(std::uint64_t count);
/// Seconds with as many decimals as there are: "0.004211 s", "12.345 s"
[[nodiscard]] std::string in_seconds(double seconds);

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
