// SPDX-License-Identifier: Apache-2.0
// Minutes of forks, execs, threads, kills, zombies, ignored children and reused PIDs at the same time. No counter may decrease.
#include <gtest/gtest.h>

#include <csignal>
#include <iostream>

#include "support/clocks.hpp"
#include "support/host.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

using namespace std::chrono_literals;

/// Runs a program repeatedly, and kills it when it takes longer than `each`.
class Churner {
 public:
  Churner(std::vector<std::string> argv, std::chrono::milliseconds each) : argv_{std::move(argv)}, each_{each} {}

  void step() {
    if (child_) child_->send(SIGCONT);  // some programs stop themselves for baselines
    if (child_ && !child_->wait(0ms) && std::chrono::steady_clock::now() < until_) return;
    child_.reset();  // kills the child if it still runs
    auto child = Child::spawn({.argv = argv_, .cgroup_procs = {}, .cpu = {}, .inherit = {}});
    if (!child) return;  // no PID is free at the moment
    child_.emplace(std::move(*child));
    until_ = std::chrono::steady_clock::now() + each_;
    ++runs_;
  }

  [[nodiscard]] std::uint64_t runs() const { return runs_; }

 private:
  std::vector<std::string> argv_;
  std::chrono::milliseconds each_;
  std::optional<Child> child_;
  std::chrono::steady_clock::time_point until_;
  std::uint64_t runs_{};
};

TEST(LongChurn, NoCounterEverFalls) {
  PROCLEDGER_REQUIRE_BPF();
  const auto pids = KernelSetting::set("/proc/sys/kernel/pid_max", "1500");
  ASSERT_TRUE(pids) << pids.error().message;
  auto daemon = DaemonProcess::start();
  ASSERT_TRUE(daemon) << daemon.error().message;
  const UniqueNames names;
  const std::string program = names.link("true", "true");
  std::vector<Churner> churners;
  for (const char* mode : {"shell", "threads", "texec", "leader", "subreap", "tracer", "ignore", "quick"}) {
    churners.emplace_back(std::vector<std::string>{names.link(mode, "family"), mode, "20", program}, 700ms);
  }
  churners.emplace_back(std::vector<std::string>{names.link("storm", "storm"), "1000"}, 900ms);
  churners.emplace_back(std::vector<std::string>{names.link("hoard", "hoard"), "100", "300", names.link("burn", "burn"), "500"}, 1500ms);
  churners.emplace_back(std::vector<std::string>{names.link("die", "die"), std::to_string(SIGKILL), "2000"}, 100ms);
  churners.emplace_back(std::vector<std::string>{names.link("thread", "threads"), "40", "8", "300"}, 500ms);

  Scraper scraper{*daemon, 200ms};
  const auto end = std::chrono::steady_clock::now() + 5min;
  while (std::chrono::steady_clock::now() < end) {
    for (Churner& churner : churners) churner.step();
    std::this_thread::sleep_for(10ms);
  }
  std::uint64_t runs = 0;
  for (const Churner& churner : churners) runs += churner.runs();
  const auto page = daemon->scrape();
  ASSERT_TRUE(page) << page.error().message;
  const double exits = page->sum({.name = kGroupExits, .group_prefix = names.prefix()});
  std::cout << runs << " programs, " << exits << " exits, " << scraper.scrapes() << " scrapes\n";
  EXPECT_GE(exits, static_cast<double>(runs)) << "nothing happened";
  EXPECT_GE(scraper.scrapes(), 100u);
  for (const std::string& complaint : scraper.stop()) ADD_FAILURE() << complaint;
}

}  // namespace
}  // namespace procledger::test
