// SPDX-License-Identifier: Apache-2.0
#include "commands/run/reports.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace procledger::run {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestCommand = 120;

void add(proctree::ProgramValues& sum, const proctree::ProgramValues& more) {
  sum.processes += more.processes;
  sum.alive += more.alive;
  sum.total += more.total;
  sum.cpu.user_ns += more.cpu.user_ns;
  sum.cpu.system_ns += more.cpu.system_ns;
  sum.estimated_ns += more.estimated_ns;
  sum.execs += more.execs;
  for (std::size_t i = 0; i < sum.exits.size(); ++i) sum.exits[i] += more.exits[i];
  sum.peak_bytes = std::max(sum.peak_bytes, more.peak_bytes);
  sum.longest_ns = std::max(sum.longest_ns, more.longest_ns);
}

}  // namespace

std::vector<proctree::ProgramValues> merged_programs(std::span<const proctree::Run> runs) {
  if (runs.size() == 1) return runs.front().values.programs;
  std::map<std::string, proctree::ProgramValues> by_name;
  for (const proctree::Run& run : runs) {
    for (const proctree::ProgramValues& program : run.values.programs) {
      proctree::ProgramValues& sum = by_name[program.name];
      sum.name = program.name;
      add(sum, program);
    }
  }
  std::vector<proctree::ProgramValues> programs;
  programs.reserve(by_name.size());
  for (auto& [name, program] : by_name) programs.push_back(std::move(program));
  std::ranges::stable_sort(programs, std::ranges::greater{}, &proctree::ProgramValues::cpu_ns);
  return programs;
}

std::string shown_name(std::string_view raw) { return safe_text(raw, kLongestName); }

std::string shown_command(const std::vector<std::string>& command) {
  std::string line;
  for (const std::string& argument : command) line += (line.empty() ? "" : " ") + argument;
  return safe_text(line, kLongestCommand);
}

std::string_view name_of(proctree::Quality quality) {
  switch (quality) {
    case proctree::Quality::kExact:
      return "exact";
    case proctree::Quality::kEstimated:
      return "estimated";
    case proctree::Quality::kAtLeast:
      return "at_least";
  }
  return "";
}

}  // namespace procledger::run
