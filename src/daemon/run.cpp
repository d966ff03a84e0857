// SPDX-License-Identifier: Apache-2.0
#include "daemon/run.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "daemon/run_options.hpp"
#include "daemon/run_output.hpp"
#include "daemon/run_supervisor.hpp"
#include "daemon/sources.hpp"
#include "treeview/views.hpp"

namespace procledger::daemon {
namespace {

constexpr int kNotFound = 127;
constexpr int kNotExecutable = 126;
constexpr int kNoReport = 2;
constexpr int kSignalled = 128;  // and the signal's number

void say_source(const RunOptions& options, const collector::SuppliedSource& supplied) {
  if (options.source != "auto" || supplied.source->name() == "bpf") return;
  const std::string line =
      "procledger: run: counting by " + std::string{supplied.source->name()} + ", less exactly: " + supplied.why + "\n";
  std::fputs(line.c_str(), stderr);
}

int not_executed(const RunOptions& options, int why) {
  const std::string line = "procledger: run: " + options.command.front() + ": " + std::generic_category().message(why) + "\n";
  std::fputs(line.c_str(), stderr);
  return why == ENOENT ? kNotFound : kNotExecutable;
}

int not_started(int signal) {
  std::fputs(("procledger: run: signal " + std::to_string(signal) + " came before the command was started\n").c_str(), stderr);
  return kSignalled + signal;
}

Result<void> write_report(const RunOptions& options, const std::vector<tree::Run>& runs, int to) {
  const treeview::Subject subject{.command = options.command, .runs = runs};
  const std::string report = options.json  ? treeview::json(subject, options.tree)
                             : options.csv ? treeview::csv(subject)
                                           : treeview::text(subject, options.tree);
  if (write_all(to, report)) return {};
  return tl::unexpected{system_error("writing the report", errno)};
}

/// The first status that is not 0.
int status_of(const std::vector<tree::Run>& runs) {
  for (const tree::Run& run : runs) {
    if (const int status = tree::shell_status(run.status); status != 0) return status;
  }
  return 0;
}

Result<int> run_all(const RunOptions& options, spawn::Launcher& launcher, int output) {
  const auto signals = spawn::CommandSignals::take();
  if (!signals) return tl::unexpected{signals.error()};
  Options daemon;
  daemon.source = options.source;
  auto supplied = open_source(daemon);
  if (!supplied) return tl::unexpected{std::move(supplied).error()};
  say_source(options, *supplied);
  std::vector<tree::Run> runs;
  bool interrupted = false;
  while (runs.size() < options.repeat && !interrupted) {
    RunSupervisor supervisor{options, *supplied->source, launcher, *signals, options.json ? -1 : output};
    auto outcome = supervisor.run();
    if (!outcome) return tl::unexpected{std::move(outcome).error()};
    interrupted = outcome->interrupted;
    if (auto& run = outcome->run) {
      runs.push_back(*std::move(run));
    } else if (!outcome->stopped_by) {
      return not_executed(options, outcome->exec_errno);
    } else if (runs.empty()) {
      return not_started(*outcome->stopped_by);
    }
  }
  const int status = status_of(runs);
  const auto written = write_report(options, runs, output);
  if (written) return status;
  std::fputs(("procledger: run: " + written.error().message + "\n").c_str(), stderr);
  return status != 0 ? status : kNoReport;
}

}  // namespace

// The helper before anything else: what it has, the command gets.
Result<int> run_command(std::span<const std::string> arguments) {
  const auto options = parse_run_options(arguments);
  if (!options) return tl::unexpected{options.error()};
  if (!options->help.empty()) {
    std::fputs(options->help.c_str(), stdout);
    return 0;
  }
  auto launcher = spawn::Launcher::start(options->command);
  if (!launcher) return tl::unexpected{std::move(launcher).error()};
  fill_standard_descriptors();
  const auto output = open_output(options->output);
  if (!output) return tl::unexpected{output.error()};
  return run_all(*options, *launcher, *output ? output->get() : STDERR_FILENO);
}

}  // namespace procledger::daemon
