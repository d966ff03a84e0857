// SPDX-License-Identifier: Apache-2.0
#include "commands/run/run.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "commands/cli/terminal.hpp"
#include "commands/run/options.hpp"
#include "commands/run/output.hpp"
#include "commands/run/reports.hpp"
#include "commands/run/supervisor.hpp"
#include "commands/run/text_report.hpp"
#include "sources/probe/source_selector.hpp"

namespace procledger::commands {
namespace {

constexpr int kNotFound = 127;
constexpr int kNotExecutable = 126;
constexpr int kNoReport = 2;     // the report cannot be written, or covers only some of the runs
constexpr int kSignalled = 128;  // plus the number of the signal

void say_source(const RunOptions& options, const event::CreatedSource& supplied) {
  if (options.source != "auto" || supplied.source->name() == "bpf") return;
  const std::string line =
      "procledger: run: the source is " + std::string{supplied.source->name()} + ", which is less exact; " + supplied.why + "\n";
  std::fputs(line.c_str(), stderr);
}

void say(const std::string& what) { std::fputs(("procledger: run: " + what + "\n").c_str(), stderr); }

/// The finished runs of a command.
struct Series {
  std::vector<proctree::Run> runs;
  int unable{};  ///< the exit status because a further run failed to start, which is reported; 0: all runs are done
};

/// Prints the reason why the command did not run.
/// @return  the exit status for this reason
int not_run(const RunOptions& options, const RunOutcome& outcome) {
  if (outcome.stopped_by) {
    say("signal " + std::to_string(*outcome.stopped_by) + " arrived before the command started");
    return kSignalled + *outcome.stopped_by;
  }
  const std::string& name = options.command.front();
  const bool searched = outcome.exec_errno == ENOENT && name.find('/') == std::string::npos;
  say("cannot execute " + name + ": " + std::generic_category().message(outcome.exec_errno) +
      (searched ? "; no directory in PATH contains the command" : ""));
  return outcome.exec_errno == ENOENT ? kNotFound : kNotExecutable;
}

/// @error  the first run cannot be forked
Result<Series> run_again_and_again(const RunOptions& options, event::Source& source, spawn::Launcher& launcher,
                                   const spawn::CommandSignals& signals, int output) {
  Series done;
  bool interrupted = false;
  while (done.runs.size() < options.repeat && !interrupted && done.unable == 0) {
    RunSupervisor supervisor{options, source, launcher, signals, options.json ? -1 : output};
    auto outcome = supervisor.run();
    if (!outcome) {
      if (done.runs.empty()) return tl::unexpected{std::move(outcome).error()};
      say(outcome.error().message);
      done.unable = kNoReport;
    } else if (auto& run = outcome->run) {
      done.runs.push_back(std::move(*run));
      interrupted = outcome->interrupted;
    } else if (outcome->stopped_by && !done.runs.empty()) {
      interrupted = true;
    } else {
      done.unable = not_run(options, *outcome);
    }
  }
  const bool stopped_short = done.unable != 0 && !done.runs.empty();
  if (stopped_short) say("the report covers " + std::to_string(done.runs.size()) + " of " + std::to_string(options.repeat) + " runs");
  return done;
}

Result<void> write_report(const RunOptions& options, const std::vector<proctree::Run>& runs, int to) {
  const run::Subject subject{.command = options.command, .runs = runs};
  const std::string report = options.json  ? run::json(subject, options.tree)
                             : options.csv ? run::csv(subject)
                                           : run::text(subject, options.tree, display_of_stream(to));
  if (write_all(to, report)) return {};
  return tl::unexpected{system_error("writing the report", errno)};
}

/// The first exit status that is not 0; else 0.
int status_of(const std::vector<proctree::Run>& runs) {
  for (const proctree::Run& run : runs) {
    if (const int status = proctree::shell_status(run.status); status != 0) return status;
  }
  return 0;
}

/// @param stream  an error: the stream of the report is closed; the command runs all the same
Result<int> run_all(const RunOptions& options, spawn::Launcher& launcher, int output, const Result<void>& stream) {
  const auto signals = spawn::CommandSignals::take();
  if (!signals) return tl::unexpected{signals.error()};
  auto supplied = probe::open_source({.name = options.source});
  if (!supplied) return tl::unexpected{std::move(supplied).error()};
  say_source(options, *supplied);
  const auto series = run_again_and_again(options, *supplied->source, launcher, *signals, output);
  if (!series) return tl::unexpected{series.error()};
  if (series->runs.empty()) return series->unable;
  const int of_runs = status_of(series->runs);
  const int status = of_runs != 0 ? of_runs : series->unable;
  const auto written = stream.and_then([&] { return write_report(options, series->runs, output); });
  if (written) return status;
  say(written.error().message);
  return status != 0 ? status : kNoReport;
}

}  // namespace

// The helper starts first: the command inherits its descriptors and signal state from the helper, so nothing may be opened before.
Result<int> run_tree(const RunOptions& options) {
  const auto stream = check_report_stream(options.output);  // before a new descriptor takes the number of a closed one
  auto launcher = spawn::Launcher::start(options.command);
  if (!launcher) return tl::unexpected{std::move(launcher).error()};
  fill_standard_descriptors();
  const auto output = open_output(options.output);
  if (!output) return tl::unexpected{output.error()};
  return run_all(options, *launcher, *output ? output->get() : options.output == kStdout ? STDOUT_FILENO : STDERR_FILENO, stream);
}

Command run_command() {
  return make_command<RunOptions, run_tree>(
      {.name = "run",
       .operands = "[flags] -- COMMAND [ARGUMENTS]",
       .summary = "runs a command and accounts for its whole process tree",
       .description = "Runs a command and reports CPU time, memory and I/O of the command and all its descendants, including processes "
                      "that live for a millisecond. Without --, the command begins at the first word that is not a flag.",
       .operand = Operand::kCommand,
       .examples = {{"procledger run -- make -j8", "What a build used, by program"},
                    {"procledger run --tree -- ./test.sh", "The process tree, with durations"},
                    {"procledger run --json --output usage.json --timeout 10m -- ./job", "A JSON file for a script, with a time limit"}},
       .environment = color_variables(),
       .files = {{"/sys/kernel/btf/vmlinux", "type information of this kernel (BTF), for eBPF"}},
       .statuses = exit_statuses({{"126", "the command cannot be executed"},
                                  {"127", "the command is not found"},
                                  {"128+N", "signal N ended the command"},
                                  {"other", "the status of the command"}})});
}

}  // namespace procledger::commands
