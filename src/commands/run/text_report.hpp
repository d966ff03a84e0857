// SPDX-License-Identifier: Apache-2.0
// The report of a run as text: values with units, and the process tree.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "commands/cli/terminal.hpp"
#include "commands/run/reports.hpp"
#include "core/proctree/values.hpp"

namespace procledger::run {

/// The text report. Several runs give means and standard deviations, and means by program.
/// @param tree     add the process tree; the run must have kept the nodes
/// @param display  with colors, headings are bold, failures red, and the marks of values that are not exact yellow
[[nodiscard]] std::string text(const Subject& subject, bool tree, const commands::Display& display = {});

/// One line of live values.
/// @param before  the sample before, for the CPUs in use; null: since the start
[[nodiscard]] std::string live_line(const proctree::LiveSample& sample, const proctree::LiveSample* before);

/// One process of the tree in the order of its list.
struct ListedProcess {
  const proctree::Node* node{};
  const proctree::Node* parent{};  ///< null: no process of the tree forked it
  std::uint32_t depth{};
  std::vector<bool> more{};  ///< for each level below the top: siblings follow
};

/// Lists the tree: children after their parents, in order of start time. Uses no recursion, so any depth works.
/// @param nodes  parents before their children
[[nodiscard]] std::vector<ListedProcess> list_tree(const std::vector<proctree::Node>& nodes);

/// "running", "zombie", "exit 3", "signal 9", or "ended" if the exit status is unknown.
[[nodiscard]] std::string end_of(const proctree::Node& node);
/// The word of JSON for the same: alive, zombie, exited, signaled or ended.
[[nodiscard]] const char* state_name(const proctree::Node& node);

/// The process tree, one line per process. With colors, the ends of processes that failed are red.
[[nodiscard]] std::string tree_lines(const proctree::Values& values, const commands::Display& display = {});

}  // namespace procledger::run
