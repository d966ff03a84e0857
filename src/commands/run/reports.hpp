// SPDX-License-Identifier: Apache-2.0
// The reports of `run` as JSON and CSV, and what all formats share. Unknown values are absent, never 0. Names are escaped here.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/proctree/run_record.hpp"

namespace procledger::run {

/// What a report is about: one command and its runs.
struct Subject {
  const std::vector<std::string>& command;
  std::span<const proctree::Run> runs;  ///< at least one
};

/// One JSON object and a newline. docs/run.md lists the keys.
[[nodiscard]] std::string json(const Subject& subject, bool tree);

/// CSV (RFC 4180): a header, then for each run one row per program and one row for the sum.
[[nodiscard]] std::string csv(const Subject& subject);

// Shared by all formats.

/// The programs of all runs, merged by name. Values are sums; peaks and the longest duration are maxima. Sorted by CPU time, highest first.
[[nodiscard]] std::vector<proctree::ProgramValues> merged_programs(std::span<const proctree::Run> runs);

/// The name of a program as valid UTF-8, escaped, of at most 64 bytes.
[[nodiscard]] std::string shown_name(std::string_view raw);

/// The command in one line as valid UTF-8, escaped, of at most 120 bytes.
[[nodiscard]] std::string shown_command(const std::vector<std::string>& command);

[[nodiscard]] std::string_view name_of(proctree::Quality quality);

[[nodiscard]] constexpr double seconds(std::uint64_t ns) { return static_cast<double>(ns) / 1e9; }
[[nodiscard]] constexpr double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace procledger::run
