// SPDX-License-Identifier: Apache-2.0
// The flags of `procledger report`.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "commands/cli/flags.hpp"
#include "commands/report/formats.hpp"
#include "commands/report/queries.hpp"
#include "commands/report/rows.hpp"

namespace procledger::commands {

/// The flags as given.
struct ReportFlags {
  std::string prometheus;
  std::chrono::milliseconds last{std::chrono::minutes{10}};
  std::optional<std::chrono::milliseconds> step;
  std::string namespace_pattern;
  std::vector<std::string> exclude;
  std::string by{"group,namespace,instance"};
  report::Format format{report::Format::kTable};
  report::SortBy sort{report::SortBy::kCpu};
  std::optional<std::uint32_t> top;
  std::string bearer_token_file;
  std::string ca_file;
  std::chrono::milliseconds timeout{std::chrono::seconds{30}};
};

void define(FlagTable& table, ReportFlags& flags);

struct ReportOptions {
  std::string url;
  std::chrono::milliseconds last{};
  std::chrono::milliseconds step{};
  report::Filter filter;
  std::vector<std::string> by;
  report::Format format{};
  report::SortBy sort{};
  std::optional<std::uint32_t> top;  ///< the rows to print; 0: all; absent: depends on the format and on the stream
  std::string bearer_token_file;
  std::string ca_file;
  std::chrono::milliseconds timeout{};

  friend bool operator==(const ReportOptions&, const ReportOptions&) = default;
};

/// @error  kUsage
[[nodiscard]] Result<ReportOptions> interpret(const FlagTable& table, const ReportFlags& flags, const FlagTable::Rest& rest);

}  // namespace procledger::commands
