// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "compare/parts.hpp"
#include "compare/series.hpp"
#include "support/child.hpp"
#include "support/files.hpp"

namespace procledger::bench {
namespace {

constexpr double kGoalPercent = 2;
constexpr int kSources = 12;
constexpr auto kDeadline = std::chrono::seconds{120};

struct Load {
  std::string what;
  std::vector<std::string> argv;
};

/// Wall time of a command in seconds, from before its start to its exit.
Result<double> seconds_of(const std::vector<std::string>& argv) {
  const auto began = std::chrono::steady_clock::now();
  const auto outcome = test::run_command(argv, kDeadline);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  if (!outcome) return tl::unexpected{outcome.error()};
  if (outcome->exit_code() != 0) return fail(ErrorKind::kIo, argv.front() + " failed: " + outcome->err);
  return took.count();
}

/// A make of small C files, which builds every file each time.
Result<Load> prepare_build(const std::filesystem::path& directory) {
  std::string rules = "all:\n\t@rm -f *.o\n\t@$(MAKE) -s program\nprogram: ";
  for (int i = 0; i < kSources; ++i) {
    const std::string name = "part" + std::to_string(i);
    if (auto written =
            test::write_file(directory / (name + ".c"), "#include <stdio.h>\nint " + name + "(void) { return printf(\"x\"); }\n");
        !written)
      return tl::unexpected{written.error()};
    rules += name + ".o ";
  }
  rules += "\n\t@true\n%.o: %.c\n\t@gcc -O2 -c -o $@ $<\n.PHONY: all program\n";
  if (auto written = test::write_file(directory / "Makefile", rules); !written) return tl::unexpected{written.error()};
  return Load{"make -j4 of " + std::to_string(kSources) + " small C files", {"make", "-s", "-j4", "-C", directory.string()}};
}

Load burn() { return {"one process that computes for a second", {PROCLEDGER_TESTPROGS "/burn", "1000000"}}; }

struct WatchedTime {
  double command{};  ///< seconds, by the report
  double around{};   ///< before and after the command
};

Result<WatchedTime> run_watched(const std::string& program, const Load& load, const std::string& file) {
  std::vector<std::string> watched{program, "run", "--source=bpf", "--json", "-o", file, "--"};
  watched.insert(watched.end(), load.argv.begin(), load.argv.end());
  const auto outer = seconds_of(watched);
  if (!outer) return tl::unexpected{outer.error()};
  const auto report = nlohmann::json::parse(test::read_file(file).value_or(""), nullptr, false);
  if (!report.is_object() || !report.contains("wall_seconds")) {
    return fail(ErrorKind::kMalformed, program + " run --json wrote no report with wall_seconds");
  }
  const double inner = report["wall_seconds"].get<double>();
  return WatchedTime{.command = inner, .around = *outer - inner};
}

Result<void> compare(const Setup& setup, const Load& load, const std::string& file, Series& start, Report& report) {
  Series alone;
  Series under;
  for (std::size_t round = 0; round < setup.rounds; ++round) {
    const auto plain = seconds_of(load.argv);
    if (!plain) return tl::unexpected{plain.error()};
    const auto watched = run_watched(setup.daemon, load, file);
    if (!watched) return tl::unexpected{watched.error()};
    alone.add(*plain);
    under.add(watched->command);
    start.add(watched->around);
  }
  const double percent = 100 * (under.over(alone).median() - 1);
  report.add({.what = "wall s of " + load.what + " under `procledger run`",
              .ours = with_range(under, 3),
              .beside = "alone: " + with_range(alone, 3),
              .result = (percent < 0 ? "" : "+") + fixed(percent, 1) + " %",
              .goal = "at most +" + fixed(kGoalPercent, 0) + " %",
              .verdict = judge(percent <= kGoalPercent)});
  return {};
}

}  // namespace

Result<void> compare_runs(const Setup& setup, Report& report) {
  const test::TempDir directory;
  const std::string file = directory.path() / "report.json";
  const auto build = prepare_build(directory.path());
  if (!build) return tl::unexpected{build.error()};
  Series start;
  for (const Load& load : {*build, burn()}) {
    if (auto done = compare(setup, load, file, start, report); !done) return done;
  }
  report.add({.what = "s that `procledger run` takes before and after the command",
              .ours = with_range(start, 3),
              .beside = {},
              .result = {},
              .goal = {},
              .verdict = Verdict::kNoGoal});
  return {};
}

Result<void> pair_runs(const Setup& setup, PairedReport& report) {
  const test::TempDir directory;
  const std::string file = directory.path() / "report.json";
  const auto build = prepare_build(directory.path());
  if (!build) return tl::unexpected{build.error()};
  const auto measure = [&](const std::string& program) -> Result<Figures> {
    const auto made = run_watched(program, *build, file);
    if (!made) return tl::unexpected{made.error()};
    const auto burnt = run_watched(program, burn(), file);
    if (!burnt) return tl::unexpected{burnt.error()};
    return Figures{made->command, burnt->command, (made->around + burnt->around) / 2};
  };
  return report.measure(setup,
                        {{"wall s of " + build->what + " under `procledger run`", 3},
                         {"wall s of " + burn().what + " under `procledger run`", 3},
                         {"s that `procledger run` takes before and after the command", 3}},
                        one_after_the_other(measure));
}

}  // namespace procledger::bench
