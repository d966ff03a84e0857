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
constexpr double kGoalNs = 30;
constexpr const char* kProgram = "on_sched_switch";

/// All three see the same switches. Ours is attached between two empty ones, so that neither side always finds the caches warm.
struct Attached {
  EmptyProgram first;
  Exporter daemon;
  UniqueFd ours;
  EmptyProgram last;
};

Result<Attached> attach(const std::string& binary) {
  auto first = EmptyProgram::attach();
  if (!first) return tl::unexpected{first.error()};
  const auto before = programs_named(kProgram);
  auto daemon = Exporter::procledger(binary);
  if (!daemon) return tl::unexpected{daemon.error()};
  auto ours = program_loaded_since(before, kProgram);
  if (!ours) return tl::unexpected{ours.error()};
  auto last = EmptyProgram::attach();
  if (!last) return tl::unexpected{last.error()};
  return Attached{std::move(*first), std::move(*daemon), std::move(*ours), std::move(*last)};
}

using Reading = std::array<RunTime, 3>;

Result<Reading> read(const Attached& attached) {
  Reading reading;
  const std::array programs{attached.first.fd(), attached.ours.get(), attached.last.fd()};
  for (std::size_t i = 0; i < programs.size(); ++i) {
    const auto time = run_time(programs[i]);
    if (!time) return tl::unexpected{time.error()};
    reading[i] = *time;
  }
  return reading;
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
  if ((*after)[1].runs - (*before)[1].runs < kLoops) {
    return fail(ErrorKind::kUnsupported, "the switches of the load did not reach the program on sched_switch");
  }
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

}  // namespace

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
