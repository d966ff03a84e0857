// SPDX-License-Identifier: Apache-2.0
// CPU earned under one name stays with that name when the process takes another.
//
// `lives` measures its two lives by the wall, less the pauses in which others had its CPU. That is the truth up to what interrupts and
// the hypervisor take in small pieces, so the medians of the errors over 15 runs are judged: a defect here shifts every run (a pending
// slice charged to the wrong name is up to a tick, 2 ms on average at 250 Hz), a disturbance only some.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <sstream>
#include <vector>

#include "support/clocks.hpp"
#include "support/host.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

constexpr std::size_t kRuns = 15;
constexpr double kBoundSeconds = 0.0005;
// Not a multiple of the tick, so that the change falls at any place within it.
constexpr unsigned kBaseUs = 21'300;

struct Life {
  double first{};  ///< by its own measure
  double second{};
  double first_shown{};  ///< by the exporter
  double second_shown{};
};

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

class Attribution : public testing::Test {
 protected:
  void SetUp() override {
    PROCLEDGER_REQUIRE_BPF();
    if (sysconf(_SC_NPROCESSORS_ONLN) < 2) GTEST_SKIP() << "needs a CPU for the burner alone";
    auto daemon = DaemonProcess::start({.cpu = 0});
    ASSERT_TRUE(daemon) << daemon.error().message;
    daemon_.emplace(std::move(*daemon));
  }

  /// One process with two lives, under names of its own.
  Result<Life> live(const std::string& how, unsigned us) {
    const UniqueNames names;
    const std::string next = how == "exec" ? names.link("second", "lives") : names.comm("second");
    auto load = Load::prepare(names, 1, 1, {names.link("first", "lives"), how, next, std::to_string(us)}, 1);
    if (!load) return tl::unexpected{load.error()};
    load->go();
    auto ended = load->wait(std::chrono::seconds{10});
    if (!ended) return tl::unexpected{ended.error()};
    Life life;
    double change{};
    std::istringstream{ended->out} >> life.first >> change >> life.second;
    life.first /= 1e9;
    life.second /= 1e9;
    Result<Exposition> page;
    const bool dead = eventually(std::chrono::seconds{2}, [&] {
      page = daemon_->scrape();
      return page && page->sum({.name = kGroupExits, .group_prefix = names.prefix()}) >= 2;
    });
    if (!page) return tl::unexpected{page.error()};
    if (!dead) return fail(ErrorKind::kIo, "the exits were not counted");
    life.first_shown = page->sum({.name = kGroupCpu, .labels = {{"group", names.comm("first")}}});
    life.second_shown = page->sum({.name = kGroupCpu, .labels = {{"group", names.comm("second")}}});
    return life;
  }

  /// What a life of either kind costs that does nothing: a start or an exec, a change, an exit.
  double idle_cost(const std::string& how) {
    std::vector<double> costs;
    for (std::size_t run = 0; run < kRuns; ++run) {
      const auto life = live(how, 0);
      EXPECT_TRUE(life) << life.error().message;
      if (life) costs.push_back(life->first_shown + life->second_shown);
    }
    return costs.empty() ? 0 : median(costs);
  }

  void judge(const std::string& how) {
    std::vector<double> first;
    std::vector<double> second;
    for (std::size_t run = 0; run < kRuns; ++run) {
      const auto life = live(how, kBaseUs + static_cast<unsigned>(run * 270));
      ASSERT_TRUE(life) << life.error().message;
      first.push_back(life->first_shown - life->first);
      second.push_back(life->second_shown - life->second);
    }
    const double own_cost = idle_cost(how);
    std::cout << how << ": median error of the first life " << median(first) * 1e6 << " us, of the second " << median(second) * 1e6
              << " us, both lives without work " << own_cost * 1e6 << " us\n";
    EXPECT_GE(median(first), -kBoundSeconds);
    EXPECT_LE(median(first), kBoundSeconds + own_cost);
    EXPECT_GE(median(second), -kBoundSeconds);
    EXPECT_LE(median(second), kBoundSeconds + own_cost);
  }

  std::optional<DaemonProcess> daemon_;
};

TEST_F(Attribution, CpuBeforeExecStaysWithTheOldProgram) { judge("exec"); }

TEST_F(Attribution, CpuBeforeARenameStaysWithTheOldName) { judge("rename"); }

}  // namespace
}  // namespace procledger::test
