// SPDX-License-Identifier: Apache-2.0
// A daemon whose children write, stay zombies for a while and are reaped: the daemon's own values do not move, child usage counts once, and
// gauges show the zombies and their CPU time.
#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <iostream>
#include <optional>

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

constexpr double kAtRestSeconds = 1e-6;  // between two moments at which all processes sleep

struct Scale {
  std::uint64_t bytes{};
  std::uint64_t burn_us{};
};

class Zombies : public testing::Test {
 protected:
  static constexpr std::uint64_t kChildren = 8;

  void SetUp() override {
    PROCLEDGER_REQUIRE_BPF();
    auto daemon = DaemonProcess::start();
    ASSERT_TRUE(daemon) << daemon.error().message;
    daemon_.emplace(std::move(*daemon));
  }

  [[nodiscard]] double of_daemon(const Exposition& page, const char* metric) const {
    return page.sum({.name = metric, .labels = {{"group", names_.comm("daemon")}}});
  }
  [[nodiscard]] double of_children(const Exposition& page, const char* metric) const {
    return page.sum({.name = metric, .labels = {{"group", names_.comm("child")}}});
  }

  /// A hoard that has stopped itself before its first child.
  void start(std::vector<std::string> arguments, const std::string& cgroup_procs = {}) {
    arguments.insert(arguments.begin(), names_.link("daemon", "hoard"));
    auto hoard = Child::spawn({.argv = std::move(arguments), .cgroup_procs = cgroup_procs, .cpu = {}, .inherit = {}});
    ASSERT_TRUE(hoard) << hoard.error().message;
    hoard_.emplace(std::move(*hoard));
    ASSERT_TRUE(hoard_->stops());
  }
  /// Continues the hoard until all children are zombies and the hoard has stopped: all of its CPU time is charged then.
  void until_dead() {
    hoard_->send(SIGCONT);
    ASSERT_TRUE(eventually(kHangDeadline, [&] { return hoard_->out() == "dead\n"; })) << hoard_->err();
    ASSERT_TRUE(hoard_->stops());
  }
  void until_reaped() {
    hoard_->send(SIGCONT);
    ASSERT_TRUE(eventually(kHangDeadline, [&] { return hoard_->out() == "dead\nreaped\n"; })) << hoard_->err();
    ASSERT_TRUE(hoard_->falls_asleep());
  }
  /// Scrapes until the condition holds, and once more.
  Exposition page_once(const std::function<bool(const Exposition&)>& condition, std::chrono::milliseconds deadline = kAgreementDeadline) {
    Exposition page;
    EXPECT_TRUE(agree_twice(
        [&] {
          if (auto scraped = daemon_->scrape()) page = std::move(*scraped);
          return condition(page);
        },
        deadline));
    return page;
  }
  /// CPU time of the hoard itself by its CPU clock, in seconds.
  [[nodiscard]] double hoard_used() const { return static_cast<double>(process_cpu_ns(hoard_->pid()).value_or(0)) / 1e9; }

  void judge(const Scale& scale) {
    auto cgroup = CpuCgroup::create("procledger-" + names_.prefix());
    ASSERT_TRUE(cgroup) << cgroup.error().message;
    ASSERT_NO_FATAL_FAILURE(start({std::to_string(kChildren), "-", names_.link("child", "writer"), std::to_string(scale.bytes),
                                   std::to_string(scale.burn_us), (files_.path() / "file").string()},
                                  cgroup->procs_file()));
    const auto before = daemon_->scrape();
    ASSERT_TRUE(before) << before.error().message;
    before_ = *before;
    hoard_used_before_ = hoard_used();
    usage_before_ns_ = cgroup->usage_ns();
    Scraper scraper{*daemon_, std::chrono::milliseconds{100}};
    ASSERT_NO_FATAL_FAILURE(until_dead());
    judge_zombies(scale);
    ASSERT_NO_FATAL_FAILURE(until_reaped());
    judge_reaped(scale, *cgroup);
    hoard_.reset();
    for (const std::string& complaint : scraper.stop()) ADD_FAILURE() << complaint;
  }

  void judge_zombies(const Scale& scale) {
    zombies_ = page_once([this](const Exposition& page) { return of_children(page, kZombies) == kChildren; });
    EXPECT_EQ(of_children(zombies_, kZombies), kChildren);
    EXPECT_EQ(of_children(zombies_, "procledger_group_processes"), 0) << "zombies are not among the processes";
    EXPECT_EQ(zombies_.value("procledger_group_thread_states", {{"group", names_.comm("child")}, {"state", "zombie"}}), kChildren);
    EXPECT_GE(of_children(zombies_, kZombieCpu), static_cast<double>(kChildren * scale.burn_us) / 1e6);
    fork_to_exec_ = fork_to_exec();
    EXPECT_NEAR(of_children(zombies_, kZombieCpu), of_children(zombies_, kGroupCpu) + fork_to_exec_, kAtRestSeconds);
    EXPECT_EQ(of_children(zombies_, kCallWritten), static_cast<double>(kChildren * scale.bytes)) << "exactly";
    const double written = of_children(zombies_, kWritten);
    EXPECT_NEAR(written, static_cast<double>(kChildren * scale.bytes), 0.001 * written) << "0.1 % for the file system's own";
    EXPECT_EQ(of_daemon(zombies_, kReaped), 0);
  }

  /// CPU time of the children before their exec, which counts in the daemon's group: the group's CPU time minus the daemon's CPU clock.
  [[nodiscard]] double fork_to_exec() const {
    return of_daemon(zombies_, kGroupCpu) - of_daemon(before_, kGroupCpu) - (hoard_used() - hoard_used_before_);
  }

  void judge_reaped(const Scale& scale, const CpuCgroup& cgroup) {
    const Exposition page = page_once([this](const Exposition& now) { return of_daemon(now, kReaped) == kChildren; }, kExitsAreReported);
    EXPECT_EQ(of_daemon(page, kReaped), kChildren);
    const double truth = static_cast<double>(cgroup.usage_ns() - usage_before_ns_) / 1e9;
    const Selector all{.name = kGroupCpu, .group_prefix = names_.prefix()};
    const double shown = page.sum(all) - before_.sum(all);
    const double own_truth = hoard_used() - hoard_used_before_;
    const double own = of_daemon(page, kGroupCpu) - of_daemon(before_, kGroupCpu) - fork_to_exec_;
    std::cout << "kernel " << truth << " s, shown " << shown << " s; the daemon's own CPU grew by "
              << (of_daemon(page, kGroupCpu) - of_daemon(zombies_, kGroupCpu)) * 1e3 << " ms and its own writing by "
              << of_daemon(page, kWritten) - of_daemon(zombies_, kWritten) << " bytes while " << of_daemon(page, kReapedCpu) << " s and "
              << of_daemon(page, kReapedWritten) << " bytes were reaped\n";
    EXPECT_NEAR(shown, truth, allowed_cpu_error(truth));
    EXPECT_NEAR(own, own_truth, kAtRestSeconds) << "reaping moves nothing";
    EXPECT_EQ(of_daemon(page, kWritten), of_daemon(zombies_, kWritten)) << "the daemon wrote nothing itself";
    EXPECT_LE(of_daemon(page, kCallWritten) - of_daemon(zombies_, kCallWritten), 100) << "the daemon printed one word";
    EXPECT_EQ(of_children(page, kGroupExits), kChildren);
    EXPECT_EQ(of_children(page, kZombies), 0);
    EXPECT_EQ(of_children(page, kZombieCpu), 0);
    EXPECT_NEAR(of_daemon(page, kReapedCpu), of_children(zombies_, kZombieCpu), kAtRestSeconds);
    // A child may have written file system metadata before its exec, in the daemon's group.
    EXPECT_NEAR(of_daemon(page, kReapedWritten), of_children(page, kWritten), of_daemon(page, kWritten));
    EXPECT_GE(of_daemon(page, kReapedCpu), static_cast<double>(kChildren * scale.burn_us) / 1e6);
    EXPECT_EQ(of_children(page, kReaped), 0);
  }

  UniqueNames names_;
  TempDir files_;
  std::optional<DaemonProcess> daemon_;
  std::optional<Child> hoard_;
  Exposition before_;   ///< before the first child
  Exposition zombies_;  ///< while all of them are zombies
  double hoard_used_before_{};
  double fork_to_exec_{};
  std::uint64_t usage_before_ns_{};
};

TEST_F(Zombies, ReapingThemMovesNothingOfTheirParents) { judge({.bytes = 20'000'000, .burn_us = 100'000}); }

using LongZombies = Zombies;

TEST_F(LongZombies, EightHundredMegabytesAndEightSeconds) { judge({.bytes = 100'000'000, .burn_us = 1'000'000}); }

TEST_F(Zombies, TenThousandOfOneParent) {
  constexpr std::uint64_t kMany = 10'000;
  ASSERT_NO_FATAL_FAILURE(start({std::to_string(kMany), "-", "-"}));
  ASSERT_NO_FATAL_FAILURE(until_dead());
  const auto first = daemon_->scrape();
  ASSERT_TRUE(first) << first.error().message;
  const Exposition held = page_once([this](const Exposition& page) { return of_daemon(page, kZombies) == kMany; });
  std::cout << "collections over them: "
            << (held.sum({.name = "procledger_collect_cpu_seconds_total"}) - first->sum({.name = "procledger_collect_cpu_seconds_total"})) *
                   1e3
            << " ms of CPU\n";
  EXPECT_EQ(of_daemon(held, kZombies), kMany);
  EXPECT_EQ(of_daemon(held, kGroupExits), kMany) << "counted at exit";
  EXPECT_GT(of_daemon(held, kZombieCpu), 0);
  ASSERT_NO_FATAL_FAILURE(until_reaped());
  const Exposition page = page_once([this](const Exposition& now) { return of_daemon(now, kReaped) == kMany; }, kExitsAreReported);
  EXPECT_EQ(of_daemon(page, kReaped), kMany);
  EXPECT_EQ(of_daemon(page, kZombies), 0);
  EXPECT_EQ(of_daemon(page, kGroupExits), kMany);
  EXPECT_NEAR(of_daemon(page, kReapedCpu), of_daemon(held, kZombieCpu), kAtRestSeconds);
}

}  // namespace
}  // namespace procledger::test
