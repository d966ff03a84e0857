// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>

#include "compare/exporter.hpp"
#include "compare/parts.hpp"
#include "compare/series.hpp"

namespace procledger::bench {
namespace {

constexpr std::uint64_t kLives = 20'000;
constexpr double kGoalUs = 5;
constexpr double kEnough = 0.99;

Result<void> live_and_die(std::uint64_t times) {
  std::string program = PROCLEDGER_TESTPROGS "/true";
  const std::array<char*, 2> argv{program.data(), nullptr};
  for (std::uint64_t i = 0; i < times; ++i) {
    const pid_t child = ::fork();
    if (child < 0) return tl::unexpected{system_error("fork", errno)};
    if (child == 0) {
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (status != 0) return fail(ErrorKind::kIo, program + " did not run");
  }
  return {};
}

/// Whether the load reached the daemon at all; that it counts exactly is for the kernel tests to show.
Result<double> exits(const Exporter& daemon) {
  const auto page = daemon.page();
  if (!page) return tl::unexpected{page.error()};
  return page->sum({.name = "procledger_group_exits_total", .labels = {{"group", "true"}}});
}

}  // namespace

Result<void> measure_lives(const Setup& setup, Report& report) {
  auto daemon = Exporter::procledger(setup.daemon);
  if (!daemon) return tl::unexpected{daemon.error()};
  Series cost;
  for (std::size_t round = 0; round < setup.rounds; ++round) {
    const auto exits_before = exits(*daemon);
    if (!exits_before) return tl::unexpected{exits_before.error()};
    const std::uint64_t before = daemon->cpu_ns();
    if (auto done = live_and_die(kLives); !done) return done;
    if (auto done = daemon->scrape(); !done) return done;
    cost.add(static_cast<double>(daemon->cpu_ns() - before) / 1e3 / static_cast<double>(kLives));
    const auto exits_after = exits(*daemon);
    if (!exits_after) return tl::unexpected{exits_after.error()};
    if (*exits_after - *exits_before < kEnough * static_cast<double>(kLives)) {
      return fail(ErrorKind::kMalformed, "of " + std::to_string(kLives) + " exits the daemon saw " +
                                             fixed(*exits_after - *exits_before, 0) + "; what it cost means nothing then");
    }
  }
  report.add({.what = "the daemon's CPU us for a fork, exec and exit",
              .ours = with_range(cost, 2),
              .beside = {},
              .result = {},
              .goal = "at most " + fixed(kGoalUs, 0) + " us",
              .verdict = judge(cost.median() <= kGoalUs)});
  return {};
}

}  // namespace procledger::bench
