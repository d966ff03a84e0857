// SPDX-License-Identifier: Apache-2.0
// The daemon exits soon after a signal and leaves no BPF object in the kernel. Other programs may load BPF objects meanwhile.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <optional>
#include <set>
#include <string>

#include "support/clocks.hpp"
#include "support/host.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

using namespace std::chrono_literals;

class Stop : public testing::Test {
 protected:
  void SetUp() override {
    PROCLEDGER_REQUIRE_BPF();
    const auto before = bpf_objects();
    ASSERT_TRUE(before) << before.error().message;
    pins_before_ = before->pins;
    daemon_ = start();
    ASSERT_TRUE(daemon_);
    held_ = bpf_objects_of(daemon_->pid());
    ASSERT_FALSE(held_.programs.empty() || held_.maps.empty()) << "the programs cannot be seen; this test would see no leftovers";
  }

  /// Starts a daemon and keeps the time until it was ready.
  std::optional<DaemonProcess> start() {
    const auto begin = std::chrono::steady_clock::now();
    auto daemon = DaemonProcess::start();
    start_took_ = std::chrono::steady_clock::now() - begin;
    EXPECT_TRUE(daemon) << daemon.error().message;
    return daemon ? std::optional{std::move(*daemon)} : std::nullopt;
  }

  /// Expects an exit within a second. On a slow machine: within twice the time of the last start, which is more work. A daemon that waits
  /// for an open connection needs 10 s.
  void expect_quick_and_clean_end() {
    const auto allowed = std::max<std::chrono::nanoseconds>(std::chrono::seconds{1}, 2 * start_took_);
    const auto begin = std::chrono::steady_clock::now();
    const auto outcome = daemon_->stop();
    const auto took = std::chrono::steady_clock::now() - begin;
    ASSERT_TRUE(outcome) << "it does not exit";
    EXPECT_EQ(outcome->exit_code(), 0) << outcome->err;
    EXPECT_LT(took, allowed);
    std::cout << "started in " << start_took_ / 1ms << " ms, ended in " << took / 1ms << " ms\n";
    expect_nothing_left();
  }

  // The kernel frees programs and maps after a grace period.
  void expect_nothing_left() const {
    EXPECT_TRUE(eventually(kHangDeadline, [this] {
      const auto now = bpf_objects();
      return now && !now->has_any_of(held_) && now->pins == pins_before_;
    })) << "programs, maps or pins are left";
  }

  std::set<std::string> pins_before_;
  BpfObjects held_;
  std::chrono::nanoseconds start_took_{};
  std::optional<DaemonProcess> daemon_;
};

TEST_F(Stop, SigtermEndsItWithinASecondAndLeavesNothing) {
  const auto during = bpf_objects();
  ASSERT_TRUE(during) << during.error().message;
  EXPECT_TRUE(during->has_any_of(held_));
  EXPECT_EQ(during->pins, pins_before_);
  expect_quick_and_clean_end();
}

TEST_F(Stop, SigtermUnderLoadAndScrapes) {
  const UniqueNames names;
  auto load = Load::prepare(names, 1, 1, {names.link("storm", "storm"), "5000"});
  ASSERT_TRUE(load) << load.error().message;
  load->go();
  ASSERT_TRUE(start());                        // a second daemon, to measure its start
  auto kept = connect_to(daemon_->address());  // an idle connection
  ASSERT_TRUE(kept) << kept.error().message;
  {
    Scraper scraper{*daemon_, std::chrono::milliseconds{10}};
    ASSERT_TRUE(eventually(kHangDeadline, [&scraper] { return scraper.scrapes() >= 10; }));
    expect_quick_and_clean_end();
  }
  const auto ended = load->wait(kHangDeadline);
  EXPECT_TRUE(ended) << ended.error().message;
}

TEST_F(Stop, KillLeavesNothingEither) {
  ASSERT_EQ(kill(daemon_->pid(), SIGKILL), 0);
  daemon_.reset();
  expect_nothing_left();
}

}  // namespace
}  // namespace procledger::test
