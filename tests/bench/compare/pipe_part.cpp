// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "compare/exporter.hpp"
#include "compare/parts.hpp"
#include "compare/pipe_load.hpp"
#include "compare/series.hpp"
#include "compare/switch_programs.hpp"

namespace procledger::bench {
namespace {

constexpr std::uint64_t kLoops = 100'000;
constexpr std::array<std::uint64_t, 2> kPairedLoops{50'000, 10'000};  // on one CPU, on all CPUs; twice per round for each program
constexpr int kTries = 3;  // per round and arm; other load only makes a run longer, so the minimum counts

struct Costs {
  Series wall;
  Series cpu;

  void add(const PipeCost& cost) {
    wall.add(cost.wall_us_per_op);
    cpu.add(cost.cpu_us_per_op);
  }
};

/// The programs that are attached while the load runs.
struct Arms {
  Costs nothing;
  Costs empty;
  Costs ours;
};

Result<PipeCost> least_cost(std::uint64_t loops, std::optional<int> cpu) {
  PipeCost least;
  for (int i = 0; i < kTries; ++i) {
    const auto cost = run_pipe(loops, cpu);
    if (!cost) return cost;
    least.wall_us_per_op = i == 0 ? cost->wall_us_per_op : std::min(least.wall_us_per_op, cost->wall_us_per_op);
    least.cpu_us_per_op = i == 0 ? cost->cpu_us_per_op : std::min(least.cpu_us_per_op, cost->cpu_us_per_op);
  }
  return least;
}

/// Places: 0 is one CPU, 1 any.
using Places = std::array<Arms, 2>;

Result<void> measure_places(Places& places, Costs Arms::* arm) {
  const std::array<std::optional<int>, 2> cpus{0, std::nullopt};
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto cost = least_cost(kLoops, cpus[i]);
    if (!cost) return tl::unexpected{cost.error()};
    (places[i].*arm).add(*cost);
  }
  return {};
}

Result<void> round(const Setup& setup, Places& places) {
  if (auto done = measure_places(places, &Arms::nothing); !done) return done;
  {
    const auto empty = EmptyProgram::attach();
    if (!empty) return tl::unexpected{empty.error()};
    if (auto done = measure_places(places, &Arms::empty); !done) return done;
  }
  const auto daemon = Exporter::procledger(setup.daemon);
  if (!daemon) return tl::unexpected{daemon.error()};
  return measure_places(places, &Arms::ours);
}

void add_rows(const std::string& what, Series Costs::* figure, const Arms& arms, Report& report) {
  const Series& ours = arms.ours.*figure;
  const auto beside = [&](const std::string& name, const Series& other) {
    report.add({.what = what,
                .ours = fixed(ours.median(), 3),
                .beside = name + ": " + fixed(other.median(), 3),
                .result = "x " + with_range(ours.over(other), 3),
                .goal = {}});
  };
  beside("nothing attached", arms.nothing.*figure);
  beside("an empty program", arms.empty.*figure);
}

/// Runs the load with one daemon attached.
Result<Figures> measure_beside(const std::string& program) {
  const auto daemon = Exporter::procledger(program);
  if (!daemon) return tl::unexpected{daemon.error()};
  const auto one_cpu = least_cost(kPairedLoops[0], 0);
  if (!one_cpu) return tl::unexpected{one_cpu.error()};
  const auto all_cpus = least_cost(kPairedLoops[1], std::nullopt);
  if (!all_cpus) return tl::unexpected{all_cpus.error()};
  return Figures{one_cpu->cpu_us_per_op, one_cpu->wall_us_per_op, all_cpus->wall_us_per_op};
}

}  // namespace

Result<void> pair_pipe(const Setup& setup, PairedReport& report) {
  return report.measure(setup,
                        {{"`perf bench sched pipe` on one CPU, CPU us/op", 3},
                         {"`perf bench sched pipe` on one CPU, us/op", 3},
                         {"`perf bench sched pipe` on all CPUs, us/op", 3}},
                        one_after_the_other(measure_beside));
}

Result<void> compare_pipe(const Setup& setup, Report& report) {
  Places places;
  for (std::size_t i = 0; i < setup.rounds; ++i) {
    if (auto done = round(setup, places); !done) return done;
  }
  add_rows("`perf bench sched pipe` on one CPU, CPU us/op", &Costs::cpu, places[0], report);
  add_rows("`perf bench sched pipe` on one CPU, us/op", &Costs::wall, places[0], report);
  add_rows("`perf bench sched pipe` on all CPUs, us/op", &Costs::wall, places[1], report);
  return {};
}

}  // namespace procledger::bench
