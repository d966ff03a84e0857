// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <optional>

#include <fmt/format.h>

#include "commands/run/reports.hpp"

namespace procledger::run {
namespace {

// The names are escaped before, so only commas and quotes need quoting.
std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string{"\"\""} : std::string{c};
  return result + '"';
}

std::string cell(bool known, std::uint64_t value) { return known ? std::to_string(value) : std::string{}; }
std::string cell(const std::optional<std::uint64_t>& value) { return cell(value.has_value(), value.value_or(0)); }
std::string time_cell(bool known, std::uint64_t ns) { return known ? fmt::format("{:.9f}", seconds(ns)) : std::string{}; }

constexpr const char* kHeader =
    "run,program,processes,alive,cpu_seconds,user_seconds,system_seconds,estimated_cpu_seconds,share,run_queue_wait_seconds,"
    "peak_memory_bytes,longest_seconds,storage_read_bytes,storage_written_bytes,io_read_bytes,io_written_bytes,minor_page_faults,"
    "major_page_faults,voluntary_context_switches,involuntary_context_switches,exits_ok,exits_error,exits_signal,wall_seconds,"
    "exit_status\n";

/// @param sum  the row is the sum of a run: adds wall time and exit status
std::string row(std::size_t number, const std::string& name, const proctree::ProgramValues& program, const proctree::Run& run, bool sum) {
  const event::KernelFacts& kernel = run.kernel;
  const event::TaskCounters& total = program.total;
  const std::array cells{std::to_string(number),
                         quoted(name),
                         std::to_string(program.processes),
                         std::to_string(program.alive),
                         time_cell(true, program.cpu_ns()),
                         time_cell(true, program.cpu.user_ns),
                         time_cell(true, program.cpu.system_ns),
                         time_cell(kernel.estimates, program.estimated_ns),
                         fmt::format("{:.6f}", share(program.cpu_ns(), run.values.cpu_ns())),
                         time_cell(kernel.run_queue_wait, total.wait_ns),
                         cell(program.peak_bytes),
                         time_cell(!sum, program.longest_ns),
                         cell(kernel.storage_io, total.storage_read_bytes),
                         cell(kernel.storage_io, total.storage_written_bytes),
                         cell(kernel.call_io, total.call_read_bytes),
                         cell(kernel.call_io, total.call_written_bytes),
                         std::to_string(total.minor_faults),
                         std::to_string(total.major_faults),
                         std::to_string(total.voluntary_switches),
                         std::to_string(total.involuntary_switches),
                         cell(kernel.lives, program.exits[0]),
                         cell(kernel.lives, program.exits[1]),
                         cell(kernel.lives, program.exits[2]),
                         time_cell(sum, run.wall_ns),
                         sum ? std::to_string(proctree::shell_status(run.status)) : std::string{}};
  std::string line;
  for (const std::string& each : cells) line += (line.empty() ? "" : ",") + each;
  return line + "\n";
}

}  // namespace

std::string csv(const Subject& subject) {
  std::string page = kHeader;
  for (std::size_t i = 0; i < subject.runs.size(); ++i) {
    const proctree::Run& run = subject.runs[i];
    const proctree::Values& values = run.values;
    for (const proctree::ProgramValues& program : values.programs) page += row(i + 1, shown_name(program.name), program, run, false);
    // The sum has user and system time of the whole tree. The rows of programs add up differently: a program without a tick is all user.
    const proctree::ProgramValues sum{.name = {},
                                      .processes = values.processes,
                                      .alive = values.alive,
                                      .total = values.total,
                                      .cpu = values.cpu,
                                      .estimated_ns = values.estimated_ns,
                                      .peak_bytes = values.peak_bytes,
                                      .exits = values.exits};
    page += row(i + 1, "(total)", sum, run, true);
  }
  return page;
}

}  // namespace procledger::run
