// SPDX-License-Identifier: Apache-2.0
#include "daemon/run.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <initializer_list>
#include <memory>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "daemon/run_options.hpp"
#include "daemon/run_supervisor.hpp"
#include "daemon/sources.hpp"
#include "treeview/views.hpp"

namespace procledger::daemon {
namespace {

constexpr int kNotFound = 127;
constexpr int kNotExecutable = 126;
constexpr int kNoReport = 2;

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

/// Where the report goes. A file is made before the command runs, so that a bad name costs nothing.
class Destination {
 public:
  static Result<Destination> open(const std::string& path) {
    if (path.empty()) return Destination{};
    Destination result;
    result.file_.reset(std::fopen(path.c_str(), "we"));
    if (!result.file_) return tl::unexpected{system_error("opening " + path, errno)};
    return result;
  }
  [[nodiscard]] std::FILE* get() const { return file_ ? file_.get() : stderr; }

 private:
  std::unique_ptr<std::FILE, CloseFile> file_;
};

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

/// Where one of the standard three is closed, the next file that is opened would take its number, and what is written to it.
void fill_standard_descriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) < 0) std::ignore = ::open("/dev/null", O_RDWR);  // the lowest that is free
  }
}

Result<void> write_report(const RunOptions& options, const std::vector<tree::Run>& runs, std::FILE* to) {
  const treeview::Subject subject{.command = options.command, .runs = runs};
  const std::string report = options.json  ? treeview::json(subject, options.tree)
                             : options.csv ? treeview::csv(subject)
                                           : treeview::text(subject, options.tree);
  if (std::fwrite(report.data(), 1, report.size(), to) == report.size() && std::fflush(to) == 0) return {};
  return tl::unexpected{system_error("writing the report", errno)};
}

/// The first status that is not 0.
int status_of(const std::vector<tree::Run>& runs) {
  for (const tree::Run& run : runs) {
    if (const int status = tree::shell_status(run.status); status != 0) return status;
  }
  return 0;
}

Result<int> run_all(const RunOptions& options, spawn::Launcher& launcher, const Destination& destination) {
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
    RunSupervisor supervisor{options, *supplied->source, launcher, *signals, options.json ? nullptr : destination.get()};
    auto outcome = supervisor.run();
    if (!outcome) return tl::unexpected{std::move(outcome).error()};
    if (!outcome->run) return not_executed(options, outcome->exec_errno);
    interrupted = outcome->interrupted;
    runs.push_back(std::move(*outcome->run));
  }
  const int status = status_of(runs);
  const auto written = write_report(options, runs, destination.get());
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
  const auto destination = Destination::open(options->output);
  if (!destination) return tl::unexpected{destination.error()};
  return run_all(*options, *launcher, *destination);
}

}  // namespace procledger::daemon
