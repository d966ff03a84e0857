// SPDX-License-Identifier: Apache-2.0
// The daemon ends when told to, soon, and leaves nothing in the kernel.
#include <gtest/gtest.h>

#include <csignal>

#include "support/clocks.hpp"
#include "support/host.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

class Stop : public testing::Test {
 protected:
  void SetUp() override {
    PROCLEDGER_REQUIRE_BPF();
    const auto before = bpf_objects();
    ASSERT_TRUE(before) << before.error().message;
    before_ = *before;
    auto daemon = DaemonProcess::start();
    ASSERT_TRUE(daemon) << daemon.error().message;
    daemon_.emplace(std::move(*daemon));
  }

  void expect_quick_and_clean_end() {
    const auto begin = std::chrono::steady_clock::now();
    const auto outcome = daemon_->stop(std::chrono::seconds{5});
    const auto took = std::chrono::steady_clock::now() - begin;
    ASSERT_TRUE(outcome) << "it does not end";
    EXPECT_EQ(outcome->exit_code(), 0) << outcome->err;
    EXPECT_LT(took, std::chrono::seconds{1});
    // The kernel frees programs and maps after a grace period.
    EXPECT_TRUE(eventually(std::chrono::seconds{5}, [this] {
      const auto now = bpf_objects();
      return now && *now == before_;
    })) << "programs, maps or pins are left";
  }

  BpfObjects before_;
  std::optional<DaemonProcess> daemon_;
};

TEST_F(Stop, SigtermEndsItWithinASecondAndLeavesNothing) {
  const auto during = bpf_objects();
  ASSERT_TRUE(during) << during.error().message;
  EXPECT_GT(during->programs.size(), before_.programs.size()) << "the programs cannot be seen; this test would see no leftovers";
  EXPECT_EQ(during->pins, before_.pins);
  expect_quick_and_clean_end();
}

TEST_F(Stop, SigtermUnderLoadAndScrapes) {
  const UniqueNames names;
  auto load = Load::prepare(names, 1, 1, {names.link("storm", "storm"), "3000"});
  ASSERT_TRUE(load) << load.error().message;
  load->go();
  auto kept = connect_to(daemon_->address());  // an idle connection
  ASSERT_TRUE(kept) << kept.error().message;
  {
    Scraper scraper{*daemon_, std::chrono::milliseconds{10}};
    ASSERT_TRUE(eventually(std::chrono::seconds{5}, [&scraper] { return scraper.scrapes() >= 10; }));
    expect_quick_and_clean_end();
  }
  const auto ended = load->wait(std::chrono::seconds{20});
  EXPECT_TRUE(ended) << ended.error().message;
}

TEST_F(Stop, KillLeavesNothingEither) {
  ASSERT_EQ(kill(daemon_->pid(), SIGKILL), 0);
  daemon_.reset();
  EXPECT_TRUE(eventually(std::chrono::seconds{5}, [this] {
    const auto now = bpf_objects();
    return now && *now == before_;
  }));
}

}  // namespace
}  // namespace procledger::test
