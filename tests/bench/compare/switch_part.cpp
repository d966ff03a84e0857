// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdint>
#include <vector>

#include "compare/exporter.hpp"
#include "compare/parts.hpp"
#include "compare/pipe_load.hpp"
#include "compare/series.hpp"
#include "compare/switch_programs.hpp"

namespace procledger::bench {
namespace {

constexpr std::uint64_t kLoops = 200'000;
constexpr std::array<std::uint64_t, 2> kPairedLoops{100'000, 30'000};  // on one CPU, on all; twice per round, of similar duration
constexpr double kGoalNs = 30;
constexpr const char* kTracepoint = "sched_switch";

/// All three programs see the same switches. The program of procledger is attached between two empty programs, so that neither side always
/// has warm caches.
struct Attached {
  EmptyProgram first;
  Exporter daemon;
  DaemonPrograms ours;
  EmptyProgram last;
};

Result<Attached> attach(const std::string& binary) {
  auto first = EmptyProgram::attach();
  if (!first) return tl::unexpected{first.error()};
  auto daemon = Exporter::procledger(binary);
  if (!daemon) return tl::unexpected{daemon.error()};
  auto ours = DaemonPrograms::on_tracepoint(daemon->pid(), kTracepoint);
  if (!ours) return tl::unexpected{ours.error()};
  auto last = EmptyProgram::attach();
  if (!last) return tl::unexpected{last.error()};
  return Attached{std::move(*first), std::move(*daemon), std::move(*ours), std::move(*last)};
}

using Reading = std::array<RunTime, 3>;

Result<Reading> read(const Attached& attached) {
  Reading reading;
  const std::array times{run_time(attached.first.fd()), attached.ours.run_time(), run_time(attached.last.fd())};
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (!times[i]) return tl::unexpected{times[i].error()};
    reading[i] = *times[i];
  }
  return reading;
}

Result<void> check_runs(const RunTime& before, const RunTime& after, std::uint64_t loops) {
  if (after.runs - before.runs >= loops) return {};
  return fail(ErrorKind::kUnsupported, "the switches of the load did not reach the program on sched_switch");
}

struct Costs {
  Series empty;
  Series ours;
};

Result<void> measure(const Attached& attached, std::optional<int> cpu, Costs& costs) {
  const auto before = read(attached);
  if (!before) return tl::unexpected{before.error()};
  if (auto run = run_pipe(kLoops, cpu); !run) return tl::unexpected{run.error()};
  const auto after = read(attached);
  if (!after) return tl::unexpected{after.error()};
  if (auto reached = check_runs((*before)[1], (*after)[1], kLoops); !reached) return reached;
  costs.empty.add((ns_per_run((*before)[0], (*after)[0]) + ns_per_run((*before)[2], (*after)[2])) / 2);
  costs.ours.add(ns_per_run((*before)[1], (*after)[1]));
  return {};
}

void add_row(const std::string& where, const Costs& costs, Report& report) {
  const Series beyond = costs.ours.minus(costs.empty);
  report.add({.what = "sched_switch program, ns a run, " + where,
              .ours = fixed(costs.ours.median(), 1),
              .beside = "an empty program: " + fixed(costs.empty.median(), 1),
              .result = "+" + with_range(beyond, 1) + " ns",
              .goal = "at most " + fixed(kGoalNs, 0) + " ns",
              .verdict = judge(beyond.median() <= kGoalNs)});
}

/// Nanoseconds per switch in the programs of each daemon, for the same switches.
Result<std::array<double, 2>> measure_both(const std::array<DaemonPrograms, 2>& programs, std::uint64_t loops, std::optional<int> cpu) {
  std::array<double, 2> ns{};
  const std::array before{programs[0].run_time(), programs[1].run_time()};
  if (auto run = run_pipe(loops, cpu); !run) return tl::unexpected{run.error()};
  for (std::size_t i = 0; i < ns.size(); ++i) {
    const auto after = programs[i].run_time();
    if (!before[i] || !after) return tl::unexpected{before[i] ? after.error() : before[i].error()};
    if (auto reached = check_runs(*before[i], *after, loops); !reached) return tl::unexpected{reached.error()};
    ns[i] = ns_per_run(*before[i], *after);
  }
  return ns;
}

/// Measures both daemons at the same time. The program that is attached later finds the task in the caches; measuring in both orders
/// removes this bias.
Result<std::array<Figures, 2>> measure_pair(const ProgramPair& pair) {
  const auto daemons = start_pair(pair);
  if (!daemons) return tl::unexpected{daemons.error()};
  auto first = DaemonPrograms::on_tracepoint((*daemons)[0].pid(), kTracepoint);
  auto second = DaemonPrograms::on_tracepoint((*daemons)[1].pid(), kTracepoint);
  if (!first) return tl::unexpected{std::move(first.error()).within(pair[0])};
  if (!second) return tl::unexpected{std::move(second.error()).within(pair[1])};
  const std::array programs{std::move(*first), std::move(*second)};
  const auto one_cpu = measure_both(programs, kPairedLoops[0], 0);
  if (!one_cpu) return tl::unexpected{one_cpu.error()};
  const auto all_cpus = measure_both(programs, kPairedLoops[1], std::nullopt);
  if (!all_cpus) return tl::unexpected{all_cpus.error()};
  return std::array<Figures, 2>{Figures{(*one_cpu)[0], (*all_cpus)[0]}, Figures{(*one_cpu)[1], (*all_cpus)[1]}};
}

}  // namespace

Result<void> pair_switch_programs(const Setup& setup, PairedReport& report) {
  const auto statistics = count_program_time();
  if (!statistics) return tl::unexpected{statistics.error()};
  return report.measure(
      setup,
      {{"sched_switch programs, ns a switch, pipe load on one CPU", 1}, {"sched_switch programs, ns a switch, pipe load on all CPUs", 1}},
      measure_pair);
}

Result<void> compare_switch_programs(const Setup& setup, Report& report) {
  const auto statistics = count_program_time();
  if (!statistics) return tl::unexpected{statistics.error()};
  const auto attached = attach(setup.daemon);
  if (!attached) return tl::unexpected{attached.error()};
  Costs one_cpu;
  Costs any_cpu;
  for (std::size_t round = 0; round < setup.rounds; ++round) {
    if (auto done = measure(*attached, 0, one_cpu); !done) return done;
    if (auto done = measure(*attached, std::nullopt, any_cpu); !done) return done;
  }
  add_row("pipe load on one CPU", one_cpu, report);
  add_row("pipe load on all CPUs", any_cpu, report);
  return {};
}

}  // namespace procledger::bench
