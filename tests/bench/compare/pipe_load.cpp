// SPDX-License-Identifier: Apache-2.0
#include "compare/pipe_load.hpp"

#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "support/child.hpp"
#include "support/files.hpp"

namespace procledger::bench {
namespace {

double children_cpu_us() {
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  const auto micros = [](const timeval& time) { return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec); };
  return micros(usage.ru_utime) + micros(usage.ru_stime);
}

}  // namespace

Result<PipeCost> run_pipe(std::uint64_t loops, std::optional<int> cpu) {
  const double before = children_cpu_us();
  auto child = test::Child::spawn(
      {.argv = {"perf", "bench", "sched", "pipe", "-l", std::to_string(loops)}, .cgroup_procs = {}, .cpu = cpu, .inherit = {}});
  if (!child) return tl::unexpected{child.error()};
  const auto outcome = child->wait(std::chrono::minutes{2});
  if (!outcome || outcome->exit_code() != 0) return fail(ErrorKind::kIo, "perf bench sched pipe failed: " + child->err());
  for (const std::string& line : test::words(outcome->out, "\n")) {
    if (line.find("usecs/op") == std::string::npos) continue;
    return PipeCost{.wall_us_per_op = std::strtod(line.c_str(), nullptr),
                    .cpu_us_per_op = (children_cpu_us() - before) / static_cast<double>(loops)};
  }
  return fail(ErrorKind::kMalformed, "perf bench sched pipe printed no usecs/op: " + outcome->out);
}

}  // namespace procledger::bench
