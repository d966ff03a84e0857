// SPDX-License-Identifier: Apache-2.0
// The daemon's own memory: small, and not growing with the number of exited processes.
#include <gtest/gtest.h>

#include <iostream>

#include "support/clocks.hpp"
#include "support/host.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

constexpr std::uint64_t kMiB = 1u << 20;
#ifdef __OPTIMIZE__
constexpr std::uint64_t kMax = 25'000'000;
#else
constexpr std::uint64_t kMax = 27'000'000;  // unoptimised code is larger by some MB
#endif

TEST(Memory, ThousandSleepersFitInTwentyFiveMegabytes) {
  PROCLEDGER_REQUIRE_BPF();
  if (sanitized()) GTEST_SKIP() << "a sanitizer has a memory of its own";
  auto daemon = DaemonProcess::start();
  ASSERT_TRUE(daemon) << daemon.error().message;
  const UniqueNames names;
  const auto sleepers = Child::spawn(
      {.argv = {names.link("sleep", "sleepers"), "1000", "100", names.prefix()}, .cgroup_procs = {}, .cpu = {}, .inherit = {}});
  ASSERT_TRUE(sleepers) << sleepers.error().message;
  ASSERT_TRUE(eventually(kHangDeadline, [&] { return sleepers->out() == "asleep\n"; })) << sleepers->err();
  Scraper scraper{*daemon, std::chrono::milliseconds{50}};
  ASSERT_TRUE(eventually(kHangDeadline, [&] { return scraper.scrapes() >= 20; }));
  const auto page = daemon->scrape();
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->sum({.name = "procledger_group_processes", .group_prefix = names.prefix()}), 1001);
  const std::uint64_t resident = daemon->resident_bytes();
  std::cout << "resident " << static_cast<double>(resident) / kMiB << " MiB\n";
  EXPECT_LE(resident, kMax);
  for (const std::string& complaint : scraper.stop()) ADD_FAILURE() << complaint;
}

TEST(LongMemory, TwoHundredThousandProcessesLeaveNothingBehind) {
  PROCLEDGER_REQUIRE_BPF();
  if (sanitized()) GTEST_SKIP() << "a sanitizer has a memory of its own";
  auto daemon = DaemonProcess::start();
  ASSERT_TRUE(daemon) << daemon.error().message;
  std::uint64_t after_half{};
  for (int half = 1; half <= 2; ++half) {
    const UniqueNames names;
    auto load = Load::prepare(names, 100'000, 4, {names.link("true", "true")});
    ASSERT_TRUE(load) << load.error().message;
    const auto report = observe(*daemon, names, *load, 100'000, std::chrono::minutes{20});
    ASSERT_TRUE(report) << report.error().message;
    expect_exact_cpu(*report);
    EXPECT_EQ(report->exits(names.comm("true"), "ok"), 100'000);
    const std::uint64_t resident = daemon->resident_bytes();
    std::cout << "resident " << static_cast<double>(resident) / kMiB << " MiB\n";
    if (half == 1) {
      after_half = resident;
    } else {
      EXPECT_LE(resident, after_half + 2'000'000);
    }
  }
}

}  // namespace
}  // namespace procledger::test
