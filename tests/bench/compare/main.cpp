// SPDX-License-Identifier: Apache-2.0
// compare [DAEMON]: compares procledger with other programs and prints a Markdown table. Needs root, perf and prometheus-process-exporter.
// compare [DAEMON] --against OTHER: measures two builds in the same rounds and prints the ratios of their costs. Needs root and perf.
// Exit status: 0 all goals met or no value worse, 1 a goal missed or a value worse, 2 a part could not be measured, or no value is worse
// and a value is unclear.
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "compare/parts.hpp"
#include "support/host.hpp"

namespace procledger::bench {
namespace {

constexpr int kMissedOrWorse = 1;
constexpr int kNotMeasured = 2;

struct Part {
  const char* name;
  Result<void> (*run)(const Setup&, Report&);
  Result<void> (*pair)(const Setup&, PairedReport&);
};

constexpr std::array<Part, kPartNames.size()> kParts{{{kPartNames[0], compare_switch_programs, pair_switch_programs},
                                                      {kPartNames[1], compare_pipe, pair_pipe},
                                                      {kPartNames[2], compare_collections, pair_collections},
                                                      {kPartNames[3], compare_overhead, pair_overhead},
                                                      {kPartNames[4], measure_lives, pair_lives},
                                                      {kPartNames[5], compare_runs, pair_runs}}};

void print(std::FILE* to, const std::string& text) { std::fputs(text.c_str(), to); }

std::string machine() {
  utsname host{};
  ::uname(&host);
  return "Linux " + std::string{host.release} + " " + host.machine + ", " + std::to_string(::sysconf(_SC_NPROCESSORS_ONLN)) + " CPUs; ";
}

std::string conditions(const Setup& setup) {
  return machine() + "medians of " + std::to_string(setup.rounds) +
         " interleaved rounds; in brackets the minimum and the maximum of all rounds; ratios and differences are of values of one round.";
}

std::string paired_conditions(const Setup& setup, const std::string& ours, const std::string& theirs, const PairedReport& report) {
  return machine() + std::to_string(setup.rounds) + " rounds, each with both programs in both orders.\n\n* ours: " + setup.daemon + ", " +
         ours + "\n* theirs: " + setup.against + ", " + theirs +
         "\n* Values are medians over the rounds, and less is better. The ratio is the Hodges-Lehmann estimate over the rounds; in "
         "brackets "
         "the interval of Wilcoxon's signed-rank test.\n* The intervals hold for all " +
         std::to_string(report.figures()) + " values together in 95 % of such tables.";
}

/// Measures the requested parts. Returns whether all could be measured.
template <typename AnyReport>
bool measure_parts(const Setup& setup, Result<void> (*Part::*measure)(const Setup&, AnyReport&), AnyReport& report) {
  bool all = true;
  for (const Part& part : kParts) {
    if (!setup.measures(part.name)) continue;
    print(stderr, "measuring: " + std::string{part.name} + "\n");
    if (const auto done = (part.*measure)(setup, report); !done) {
      all = false;
      report.note("not measured: " + std::string{part.name} + ": " + done.error().message);
    }
  }
  return all;
}

int run_beside_others(const Setup& setup) {
  Report report;
  const bool all = measure_parts(setup, &Part::run, report);
  print(stdout, conditions(setup) + "\n\n" + report.markdown());
  if (!all) return kNotMeasured;
  return report.all_met() ? 0 : kMissedOrWorse;
}

int run_against(const Setup& setup, const std::string& ours) {
  const auto theirs = procledger_version(setup.against);
  if (!theirs) {
    print(stderr, "compare: --against: " + theirs.error().message + "\n");
    return kNotMeasured;
  }
  PairedReport report{
      [&](std::size_t round) { print(stderr, "  round " + std::to_string(round) + " of " + std::to_string(setup.rounds) + "\n"); }};
  const bool all = measure_parts(setup, &Part::pair, report);
  print(stdout, paired_conditions(setup, ours, *theirs, report) + "\n\n" + report.markdown());
  if (report.count(Comparison::kWorse) > 0) return kMissedOrWorse;
  return all && report.count(Comparison::kUnclear) == 0 ? 0 : kNotMeasured;
}

int run(const Setup& setup) {
  const auto version = procledger_version(setup.daemon);
  const std::string why = version ? test::why_no_bpf() : version.error().message;
  if (!why.empty()) {
    print(stderr, "compare: nothing measured: " + why + "\n");
    return kNotMeasured;
  }
  return setup.against.empty() ? run_beside_others(setup) : run_against(setup, *version);
}

int main_program(int argc, char** argv) {
  CLI::App app{"Measures the cost of procledger, compared with other programs or another build.", "compare"};
  const auto own = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "procledger";
  try {
    return run(parse_options(app, own, {argv + 1, argv + argc}));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kNotMeasured;
  }
}

}  // namespace
}  // namespace procledger::bench

int main(int argc, char** argv) {
  try {
    return procledger::bench::main_program(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "compare: %s\n", error.what());
    return procledger::bench::kNotMeasured;
  }
}
