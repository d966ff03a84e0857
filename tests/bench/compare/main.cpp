// SPDX-License-Identifier: Apache-2.0
// compare [DAEMON]: the whole program beside others, in one run, as a Markdown table. Needs root, perf and prometheus-process-exporter.
// Exit status: 0 all goals met, 1 one was missed, 2 something could not be measured.
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
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

constexpr int kGoalMissed = 1;
constexpr int kNotMeasured = 2;

struct Part {
  const char* name;
  Result<void> (*run)(const Setup&, Report&);
};

constexpr std::array kParts{Part{"switch", compare_switch_programs}, Part{"pipe", compare_pipe},   Part{"collections", compare_collections},
                            Part{"overhead", compare_overhead},      Part{"lives", measure_lives}, Part{"run", compare_runs}};

void print(std::FILE* to, const std::string& text) { std::fputs(text.c_str(), to); }

std::string conditions(const Setup& setup) {
  utsname host{};
  ::uname(&host);
  return "Linux " + std::string{host.release} + " " + host.machine + ", " + std::to_string(::sysconf(_SC_NPROCESSORS_ONLN)) +
         " CPUs; medians of " + std::to_string(setup.rounds) +
         " interleaved rounds; in brackets the least and the most of all rounds; ratios and differences are made inside a round.";
}

int run(const Setup& setup, const std::vector<std::string>& wanted) {
  if (const std::string why = test::why_no_bpf(); !why.empty()) {
    print(stderr, "compare: nothing measured: " + why + "\n");
    return kNotMeasured;
  }
  Report report;
  bool failed = false;
  for (const Part& part : kParts) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), part.name) == wanted.end()) continue;
    print(stderr, "measuring: " + std::string{part.name} + "\n");
    if (const auto done = part.run(setup, report); !done) {
      failed = true;
      report.note("not measured: " + std::string{part.name} + ": " + done.error().message);
    }
  }
  print(stdout, conditions(setup) + "\n\n" + report.markdown());
  if (failed) return kNotMeasured;
  return report.all_met() ? 0 : kGoalMissed;
}

int main_program(int argc, char** argv) {
  Setup setup;
  setup.daemon = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "procledger";
  std::vector<std::string> wanted;
  CLI::App app{"procledger beside others: what it costs.", "compare"};
  app.add_option("daemon", setup.daemon, "The program under test")->check(CLI::ExistingFile)->capture_default_str();
  app.add_option("--rounds", setup.rounds, "How often everything is measured")->check(CLI::Range(1, 99))->capture_default_str();
  app.add_option("--only", wanted, "Parts: switch, pipe, collections, overhead, lives, run")
      ->check(CLI::IsMember({"switch", "pipe", "collections", "overhead", "lives", "run"}));
  CLI11_PARSE(app, argc, argv);
  return run(setup, wanted);
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
