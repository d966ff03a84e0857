// SPDX-License-Identifier: Apache-2.0
// CPU earned under one name stays with that name when the process takes another.
//
// `lives` measures its two lives by the wall, less the pauses in which others had its CPU. That is the truth up to what interrupts and the
// hypervisor take. Its CPU clock at the end tells how much that was in all, and each life gets half of it. The medians of the errors over
// the 15 least disturbed of 30 runs are judged: a defect here shifts every run (a pending slice charged to the wrong name is up to a tick,
// 2 ms on average at 250 Hz), a disturbance only some.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <sstream>
#include <vector>

#include "support/clocks.hpp"
#include "support/host.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

constexpr std::size_t kRuns = 30;
constexpr std::size_t kJudged = 15;  // the least disturbed of them
constexpr double kBoundSeconds = 0.0005;
// Not a multiple of the tick, so that the change falls at any place within it.
constexpr unsigned kBaseUs = 21'300;

struct Life {
  double before{};  ///< used until the first life began
  double first{};   ///< by its own measure
  double change{};
  double second{};
  double all{};          ///< used until the second life ended
  double first_shown{};  ///< by the exporter
  double second_shown{};

  /// What the lives used beyond what they measured: interrupts that were long enough to pass for a pause, less what a hypervisor took.
  [[nodiscard]] double unmeasured() const { return all - before - first - change - second; }
};

template <typename Figure>
double median_of(const std::vector<Life>& lives, Figure figure) {
  std::vector<double> values;
  for (const Life& life : lives) values.push_back(figure(life));
  std::ranges::sort(values);
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
    std::istringstream out{ended->out};
    for (double* figure : {&life.before, &life.first, &life.change, &life.second, &life.all}) {
      out >> *figure;
      *figure /= 1e9;
    }
    if (!out) return fail(ErrorKind::kMalformed, "lives said " + ended->out);
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

  void judge(const std::string& how) {
    std::vector<Life> lives;
    for (std::size_t run = 0; run < kRuns; ++run) {
      auto life = live(how, kBaseUs + static_cast<unsigned>(run % kJudged * 270));
      ASSERT_TRUE(life) << life.error().message;
      lives.push_back(*life);
    }
    std::ranges::sort(lives, {}, [](const Life& life) { return std::abs(life.unmeasured()); });
    lives.resize(kJudged);
    const double first =
        median_of(lives, [](const Life& life) { return life.first_shown - life.before - life.first - life.unmeasured() / 2; });
    const double second = median_of(lives, [](const Life& life) { return life.second_shown - life.second - life.unmeasured() / 2; });
    const double change = median_of(lives, [](const Life& life) { return life.change; });
    std::cout << how << ": median error of the first life " << first * 1e6 << " us, of the second " << second * 1e6
              << " us; the change took " << change * 1e6 << " us; not measured: " << lives.front().unmeasured() * 1e6 << " to "
              << lives.back().unmeasured() * 1e6 << " us\n";
    EXPECT_GE(first, -kBoundSeconds);
    EXPECT_LE(first, kBoundSeconds + change);
    EXPECT_GE(second, -kBoundSeconds);
  }

  std::optional<DaemonProcess> daemon_;
};

TEST_F(Attribution, CpuBeforeExecStaysWithTheOldProgram) { judge("exec"); }

TEST_F(Attribution, CpuBeforeARenameStaysWithTheOldName) { judge("rename"); }

}  // namespace
}  // namespace procledger::test
