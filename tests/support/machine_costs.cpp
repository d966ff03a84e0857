// SPDX-License-Identifier: Apache-2.0
#include "support/machine_costs.hpp"

#include <iostream>
#include <string>
#include <vector>

#include "support/clocks.hpp"
#include "support/load.hpp"

namespace procledger::test {
namespace {

constexpr std::uint64_t kMeasuredLives = 100;
constexpr std::uint64_t kMeasuredThreads = 200;

/// The CPU time of a load.
Result<std::uint64_t> cost_of(std::uint64_t count, const std::vector<std::string>& argv) {
  const UniqueNames names;
  std::vector<std::string> command = argv;
  command.front() = names.link("cost", argv.front());
  auto load = Load::prepare(names, count, 1, std::move(command));
  if (!load) return tl::unexpected{load.error()};
  const std::uint64_t before = load->cgroup().usage_ns();
  load->go();
  if (auto ended = load->wait(kHangDeadline); !ended) return tl::unexpected{ended.error()};
  return load->cgroup().usage_ns() - before;
}

Result<MachineCosts> measure_costs() {
  const auto lives = cost_of(kMeasuredLives, {"true"});
  if (!lives) return tl::unexpected{lives.error()};
  const auto threads = cost_of(1, {"threads", std::to_string(kMeasuredThreads), "1", "0"});
  if (!threads) return tl::unexpected{threads.error()};
  const MachineCosts costs{.life_ns = *lives / kMeasuredLives,
                           .thread_ns = *threads / kMeasuredThreads};  // the process is a share of each thread
  std::cout << "here a process costs " << costs.life_ns / 1000 << " us from fork to wait, a thread " << costs.thread_ns / 1000 << " us\n";
  return costs;
}

}  // namespace

Result<MachineCosts> machine_costs() {
  static const Result<MachineCosts> costs = measure_costs();
  return costs;
}

}  // namespace procledger::test
