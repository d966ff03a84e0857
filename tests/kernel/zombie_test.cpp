// SPDX-License-Identifier: Apache-2.0
// A daemon whose children write, linger as zombies and are reaped: its own figures stay flat, theirs are told once, and what the zombies
// hold is seen.
#include <gtest/gtest.h>

#include <csignal>
#include <iostream>

#include "support/clocks.hpp"
#include "support/host.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

constexpr const char* kWritten = "procledger_group_storage_written_bytes_total";
constexpr const char* kCallWritten = "procledger_group_io_written_bytes_total";
constexpr const char* kReaped = "procledger_group_reaped_children_total";
constexpr const char* kReapedCpu = "procledger_group_reaped_children_cpu_seconds_total";
constexpr const char* kReapedWritten = "procledger_group_reaped_children_storage_written_bytes_total";
constexpr const char* kZombies = "procledger_group_zombies";
constexpr const char* kZombieCpu = "procledger_group_zombie_cpu_seconds";

struct Scale {
  std::uint64_t bytes{};
  std::uint64_t burn_us{};
  std::chrono::milliseconds hold{};
};

class Zombies : public testing::Test {
 protected:
  static constexpr std::uint64_t kChildren = 8;

  void SetUp() override { PROCLEDGER_REQUIRE_BPF(); }

  [[nodiscard]] double of_daemon(const Exposition& page, const char* metric) const {
    return page.sum({.name = metric, .labels = {{"group", names_.comm("daemon")}}});
  }
  [[nodiscard]] double of_children(const Exposition& page, const char* metric) const {
    return page.sum({.name = metric, .labels = {{"group", names_.comm("child")}}});
  }

  void judge(const Scale& scale) {
    auto cgroup = CpuCgroup::create("procledger-" + names_.prefix());
    ASSERT_TRUE(cgroup) << cgroup.error().message;
    auto daemon = DaemonProcess::start();
    ASSERT_TRUE(daemon) << daemon.error().message;
    auto hoard = Child::spawn({.argv = {names_.link("daemon", "hoard"), std::to_string(kChildren), std::to_string(scale.hold.count()),
                                        names_.link("child", "writer"), std::to_string(scale.bytes), std::to_string(scale.burn_us),
                                        (files_.path() / "file").string()},
                               .cgroup_procs = cgroup->procs_file(),
                               .cpu = {},
                               .inherit = {}});
    ASSERT_TRUE(hoard) << hoard.error().message;
    ASSERT_TRUE(stops(*hoard));
    const auto before = daemon->scrape();
    ASSERT_TRUE(before) << before.error().message;
    shown_before_ = before->sum({.name = kGroupCpu, .group_prefix = names_.prefix()});
    usage_before_ns_ = cgroup->usage_ns();
    Scraper scraper{*daemon, std::chrono::seconds{1}};
    hoard->send(SIGCONT);
    ASSERT_TRUE(eventually(std::chrono::minutes{2}, [&] { return hoard->out() == "dead\n"; })) << hoard->err();
    std::this_thread::sleep_for(std::chrono::milliseconds{200});  // for the last switch of the last child
    judge_zombies(*daemon, scale);
    ASSERT_TRUE(eventually(scale.hold + std::chrono::seconds{30}, [&] { return hoard->out() == "dead\nreaped\n"; })) << hoard->err();
    judge_reaped(*daemon, scale, *cgroup);
    for (const std::string& complaint : scraper.stop()) ADD_FAILURE() << complaint;
  }

  void judge_zombies(const DaemonProcess& daemon, const Scale& scale) {
    const auto page = daemon.scrape();
    ASSERT_TRUE(page) << page.error().message;
    zombies_ = *page;
    EXPECT_EQ(of_children(*page, kZombies), kChildren);
    EXPECT_EQ(of_children(*page, "procledger_group_processes"), 0) << "zombies are not among the processes";
    EXPECT_EQ(page->value("procledger_group_thread_states", {{"group", names_.comm("child")}, {"state", "zombie"}}), kChildren);
    EXPECT_GE(of_children(*page, kZombieCpu), static_cast<double>(kChildren * scale.burn_us) / 1e6);
    EXPECT_NEAR(of_children(*page, kZombieCpu) + fork_to_exec(*page), of_children(*page, kGroupCpu) + fork_to_exec(*page), 0.01);
    EXPECT_EQ(of_children(*page, kCallWritten), static_cast<double>(kChildren * scale.bytes)) << "exactly";
    const double written = of_children(*page, kWritten);
    EXPECT_NEAR(written, static_cast<double>(kChildren * scale.bytes), 0.001 * written) << "0.1 % for the file system's own";
    EXPECT_EQ(of_daemon(*page, kReaped), 0);
  }

  // What children did before their exec is the daemon's.
  [[nodiscard]] double fork_to_exec(const Exposition& page) const { return of_daemon(page, kGroupCpu); }

  void judge_reaped(const DaemonProcess& daemon, const Scale& scale, const CpuCgroup& cgroup) {
    Exposition page;
    EXPECT_TRUE(eventually(kEndsAreTold,
                           [&] {
                             if (auto scraped = daemon.scrape()) page = std::move(*scraped);
                             return of_daemon(page, kReaped) == kChildren;
                           }))
        << "reaped " << of_daemon(page, kReaped);
    const double truth = static_cast<double>(cgroup.usage_ns() - usage_before_ns_) / 1e9;
    const double shown = page.sum({.name = kGroupCpu, .group_prefix = names_.prefix()}) - shown_before_;
    std::cout << "kernel " << truth << " s, shown " << shown << " s; the daemon's own CPU grew by "
              << (of_daemon(page, kGroupCpu) - of_daemon(zombies_, kGroupCpu)) * 1e3 << " ms and its own writing by "
              << of_daemon(page, kWritten) - of_daemon(zombies_, kWritten) << " bytes while " << of_daemon(page, kReapedCpu) << " s and "
              << of_daemon(page, kReapedWritten) << " bytes were reaped\n";
    EXPECT_NEAR(shown, truth, allowed_cpu_error(truth));
    EXPECT_EQ(of_daemon(page, kWritten), of_daemon(zombies_, kWritten)) << "the daemon wrote nothing itself";
    EXPECT_LE(of_daemon(page, kCallWritten) - of_daemon(zombies_, kCallWritten), 100) << "it said a word";
    EXPECT_LE(of_daemon(page, kGroupCpu) - of_daemon(zombies_, kGroupCpu), 0.02) << "waking, waiting 8 times and the word";
    EXPECT_EQ(of_children(page, kGroupExits), kChildren);
    EXPECT_EQ(of_children(page, kZombies), 0);
    EXPECT_EQ(of_children(page, kZombieCpu), 0);
    EXPECT_NEAR(of_daemon(page, kReapedCpu), of_children(zombies_, kZombieCpu), 0.002);
    // A child may have written something before its exec, under the daemon's name: the file system's own.
    EXPECT_NEAR(of_daemon(page, kReapedWritten), of_children(page, kWritten), of_daemon(page, kWritten));
    EXPECT_GE(of_daemon(page, kReapedCpu), static_cast<double>(kChildren * scale.burn_us) / 1e6);
    EXPECT_EQ(of_children(page, kReaped), 0);
  }

  static bool stops(const Child& child) {
    return eventually(std::chrono::seconds{10}, [&] {
      return read_file("/proc/" + std::to_string(child.pid()) + "/stat").value_or("").find(") T ") != std::string::npos;
    });
  }

  UniqueNames names_;
  TempDir files_;
  double shown_before_{};
  std::uint64_t usage_before_ns_{};
  Exposition zombies_;
};

TEST_F(Zombies, ReapingThemMovesNothingOfTheirParents) {
  judge({.bytes = 20'000'000, .burn_us = 100'000, .hold = std::chrono::seconds{3}});
}

using LongZombies = Zombies;

TEST_F(LongZombies, HundredMegabytesASecondEachTenSecondsOfHolding) {
  judge({.bytes = 100'000'000, .burn_us = 1'000'000, .hold = std::chrono::seconds{10}});
}

TEST_F(Zombies, TenThousandOfOneParent) {
  constexpr std::uint64_t kMany = 10'000;
  auto daemon = DaemonProcess::start();
  ASSERT_TRUE(daemon) << daemon.error().message;
  auto hoard = Child::spawn(
      {.argv = {names_.link("daemon", "hoard"), std::to_string(kMany), "3000", "-"}, .cgroup_procs = {}, .cpu = {}, .inherit = {}});
  ASSERT_TRUE(hoard) << hoard.error().message;
  ASSERT_TRUE(stops(*hoard));
  hoard->send(SIGCONT);
  ASSERT_TRUE(eventually(std::chrono::minutes{1}, [&] { return hoard->out() == "dead\n"; })) << hoard->err();
  std::this_thread::sleep_for(std::chrono::milliseconds{200});
  auto page = daemon->scrape();
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(of_daemon(*page, kZombies), kMany);
  EXPECT_EQ(of_daemon(*page, kGroupExits), kMany) << "counted at death";
  const double held = of_daemon(*page, kZombieCpu);
  EXPECT_GT(held, 0);
  const double cost = page->sum({.name = "procledger_collect_cpu_seconds_total"});
  page = daemon->scrape();
  ASSERT_TRUE(page) << page.error().message;
  std::cout << "a collection over them: " << (page->sum({.name = "procledger_collect_cpu_seconds_total"}) - cost) * 1e3 << " ms of CPU\n";
  ASSERT_TRUE(eventually(std::chrono::seconds{30}, [&] { return hoard->out() == "dead\nreaped\n"; })) << hoard->err();
  EXPECT_TRUE(eventually(kEndsAreTold,
                         [&] {
                           if (auto scraped = daemon->scrape()) page = std::move(*scraped);
                           return of_daemon(*page, kReaped) == kMany;
                         }))
      << "reaped " << of_daemon(*page, kReaped);
  EXPECT_EQ(of_daemon(*page, kZombies), 0);
  EXPECT_EQ(of_daemon(*page, kGroupExits), kMany);
  EXPECT_NEAR(of_daemon(*page, kReapedCpu), held, 0.002);
}

}  // namespace
}  // namespace procledger::test
