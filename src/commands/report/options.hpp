// SPDX-License-Identifier: Apache-2.0
// The flags of `procledger report`.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "base/result.hpp"
#include "commands/report/formats.hpp"
#include "commands/report/queries.hpp"
#include "commands/report/rows.hpp"

namespace procledger::commands {

/// As text, as they were given.
struct ReportFlags {
  std::string prometheus;
  std::string last{"10m"};
  std::string step;
  std::string namespace_pattern;
  std::vector<std::string> exclude;
  std::string by{"group,namespace,instance"};
  std::string format{"table"};
  std::string sort{"cpu"};
  std::string bearer_token_file;
  std::string ca_file;
  std::string timeout{"30s"};
};

/// @param flags  outlives `app`
void define_report_options(CLI::App& app, ReportFlags& flags);

struct ReportOptions {
  std::string url;
  std::chrono::milliseconds last{};
  std::chrono::milliseconds step{};
  report::Filter filter;
  std::vector<std::string> by;
  report::Format format{};
  report::SortBy sort{};
  std::string bearer_token_file;
  std::string ca_file;
  std::chrono::milliseconds timeout{};
};

/// @error  kUsage
[[nodiscard]] Result<ReportOptions> interpret(const ReportFlags& flags);

}  // namespace procledger::commands
