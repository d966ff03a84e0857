// SPDX-License-Identifier: Apache-2.0
// The runs of one command, as text for people and for machines. What is not known is left out, never 0. Names are made safe here.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/proctree/run_record.hpp"

namespace procledger::run {

struct Subject {
  const std::vector<std::string>& command;
  std::span<const proctree::Run> runs;  ///< at least one
};

/// One object, and a newline. docs/run.md names its keys.
[[nodiscard]] std::string json(const Subject& subject, bool tree);

/// A header, then a row for each program of each run and one for its sum, RFC 4180.
[[nodiscard]] std::string csv(const Subject& subject);

// What all forms of a report have in common.

/// Programs of all runs: sums by name, but peaks and longest are the largest. Most CPU time first.
[[nodiscard]] std::vector<proctree::ProgramFigures> merged_programs(std::span<const proctree::Run> runs);

/// A program's name as it may be shown.
[[nodiscard]] std::string shown_name(std::string_view raw);

/// The command in one line.
[[nodiscard]] std::string shown_command(const std::vector<std::string>& command);

[[nodiscard]] std::string_view name_of(proctree::Quality quality);

[[nodiscard]] constexpr double seconds(std::uint64_t ns) { return static_cast<double>(ns) / 1e9; }
[[nodiscard]] constexpr double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace procledger::run
