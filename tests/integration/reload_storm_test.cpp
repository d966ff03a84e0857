// SPDX-License-Identifier: Apache-2.0
// Reloads the configuration fifty times during a fork storm; every second file is broken. No CPU time is lost or counted twice, and no
// counter restarts.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>

#include "support/clocks.hpp"
#include "support/configured_daemon.hpp"
#include "support/host.hpp"
#include "support/machine_costs.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

using namespace std::chrono_literals;

constexpr int kReloads = 50;
constexpr std::uint64_t kBurns = 1000;
constexpr std::uint64_t kTrues = 3000;

/// A file with one error, and the place of the error.
struct Broken {
  const char* text;
  const char* at;
};

const std::vector<Broken>& broken_files() {
  static const std::vector<Broken> files{
      {"groups: [\n", ":2:1: error: "},
      {"groups:\n  - name: x\n    match: {com: y}\n", ":3:13: error: groups[0].match: unknown key"},
      {"groups:\n  - name: x\n    match: {cmdline: '('}\n", ":3:23: error: groups[0].match.cmdline"},
      {"groups:\n  - name: '{{.Nope}}'\n", ":2:14: error: groups[0].name"},
      {"groups:\n  - name: x\n    threads: names\n", ":3:14: error: groups[0].threads"},
      {"limits: {groups: 0}\n", ":1:18: error: limits.groups"},
      {"collect: {interval: 5}\n", ":1:21: error: collect.interval"},
      {"groups: 5\n", ":1:9: error: groups"},
      {"a: &a [*a]\n", ":1:8: error: "},
      {"default: \"\xff\"\n", ":1:"},
  };
  return files;
}

class LongReloadStorm : public testing::Test {
 protected:
  void SetUp() override { PROCLEDGER_REQUIRE_BPF(); }

  /// The `burn` processes have the same group in all files; other processes move between groups.
  [[nodiscard]] std::string good_file(int i) const {
    const std::string steady = "groups:\n  - {name: " + steady_ + ", match: {comm: " + names_.comm("burn") + "}, threads: name}\n";
    const std::string others = "  - {name: " + names_.prefix();
    switch (i % 5) {
      case 0:
        return steady;
      case 1:
        return steady + others + "round" + std::to_string(i) + ", match: {comm: " + names_.comm("storm") + "}}\n";
      case 2:
        return steady + "  - {name: '" + names_.prefix() + "{{.Username}}', match: {comm: [" + names_.comm("true") +
               "], exe: '**'}, not: {user: nobody}, threads: name}\ncollect: {interval: 50ms}\n";
      case 3:
        return steady + "default: '{{.Comm}}-{{.Username}}'\nchildren: own\n";
      default:
        return steady + others + "labelled, match: {comm: [" + names_.comm("true") + ", " + names_.comm("storm") +
               "]}, labels: {team: x}, processes: false}\nlimits: {groups: 500}\n";
    }
  }

  void reload_well(int i) {
    ASSERT_TRUE(configured_.write(good_file(i)));
    if (i % 4 < 2) {
      const auto answer = configured_.post();
      ASSERT_TRUE(answer) << answer.error().message;
      ASSERT_EQ(answer->status, 200) << answer->body;
    } else {
      ASSERT_TRUE(configured_.hang_up());
    }
    expect_success(1);
  }

  void reload_broken(int i) {
    const Broken& broken = broken_files()[static_cast<std::size_t>(i / 2) % broken_files().size()];
    const std::string error = configured_.file() + broken.at;
    const std::size_t logged = configured_.events("reload_failed").size();
    ASSERT_TRUE(configured_.write(broken.text));
    if (i % 4 < 2) {
      const auto answer = configured_.post();
      ASSERT_TRUE(answer) << answer.error().message;
      EXPECT_EQ(answer->status, 500);
      EXPECT_TRUE(answer->body.starts_with(error)) << answer->body << broken.text;
    } else {
      ASSERT_TRUE(configured_.hang_up());
    }
    const auto lines = configured_.events("reload_failed");
    ASSERT_EQ(lines.size(), logged + 1);
    EXPECT_NE(lines.back().find(error), std::string::npos) << lines.back() << broken.text;
    expect_success(0);
  }

  // With collect.interval set, a page may be as old as the interval, so the new value may appear late.
  void expect_success(double expected) {
    EXPECT_TRUE(eventually(kHangDeadline,
                           [&] {
                             const auto page = configured_.daemon().scrape();
                             return page && page->value("procledger_config_last_reload_successful") == expected;
                           }))
        << "expected " << expected;
  }

  /// Prepares one load. The load waits until the test calls Load::go.
  void add(std::uint64_t count, std::uint64_t parallel, std::vector<std::string> argv) {
    auto load = Load::prepare(names_, count, parallel, std::move(argv));
    ASSERT_TRUE(load) << load.error().message;
    loads_.push_back(std::move(*load));
  }

  /// Run time of the storm, long enough for all reloads: 25 s, or more on a machine where a process takes longer than 0.57 ms from fork to
  /// wait.
  static std::uint64_t storm_ms() {
    constexpr std::uint64_t kLives = 44'000;
    const auto costs = machine_costs();
    EXPECT_TRUE(costs) << costs.error().message;
    return std::max<std::uint64_t>(25'000, costs ? kLives * costs->life_ns / 1'000'000 : 0);
  }

  [[nodiscard]] double usage_seconds() const {
    std::uint64_t sum = 0;
    for (const Load& load : loads_) sum += load.cgroup().usage_ns();
    return static_cast<double>(sum) / 1e9;
  }

  UniqueNames names_;
  const std::string steady_{names_.comm("steady")};
  ConfiguredDaemon configured_;
  std::vector<Load> loads_;
};

TEST_F(LongReloadStorm, FiftyReloadsLoseNothing) {
  const Selector cpu{.name = kGroupCpu, .group_prefix = names_.prefix()};
  const Selector exits{.name = kGroupExits, .group_prefix = names_.prefix()};
  const auto started = configured_.start(good_file(0));
  ASSERT_TRUE(started) << started.error().message;
  ASSERT_NO_FATAL_FAILURE(add(kBurns, 1, {names_.link("burn", "burn"), "1000"}));
  ASSERT_NO_FATAL_FAILURE(add(kTrues, 2, {names_.link("true", "true")}));
  ASSERT_NO_FATAL_FAILURE(add(1, 1, {names_.link("storm", "storm"), std::to_string(storm_ms())}));
  const auto before = configured_.daemon().scrape();
  ASSERT_TRUE(before) << before.error().message;
  const double used_before = usage_seconds();

  Scraper scraper{configured_.daemon(), 100ms};
  for (Load& load : loads_) load.go();
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kReloads; ++i) {
    ASSERT_NO_FATAL_FAILURE(i % 2 == 0 ? reload_well(i / 2) : reload_broken(i));
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  EXPECT_FALSE(loads_.back().cgroup().members().empty()) << "the storm was over before the last reload";
  ASSERT_NO_FATAL_FAILURE(reload_well(0));

  std::uint64_t processes = loads_.size();  // the launchers
  for (Load& load : loads_) {
    const auto ended = load.wait(std::chrono::minutes{10});
    ASSERT_TRUE(ended) << ended.error().message;
    processes += ended->ok + ended->error + ended->signal + std::strtoull(ended->out.c_str(), nullptr, 10);
  }
  const double used = usage_seconds() - used_before;
  Exposition after;
  static_cast<void>(agree_twice([&] {
    if (auto page = configured_.daemon().scrape()) after = std::move(*page);
    return after.sum(exits) - before->sum(exits) >= static_cast<double>(processes) &&
           std::abs(after.sum(cpu) - before->sum(cpu) - used) <= allowed_cpu_error(used);
  }));
  std::cout << kReloads << " reloads in " << took.count() << " ms, " << processes << " processes, " << scraper.scrapes() << " scrapes, CPU "
            << used << " s, error " << (after.sum(cpu) - before->sum(cpu) - used) * 1e3 << " ms\n";
  EXPECT_EQ(after.sum(exits) - before->sum(exits), static_cast<double>(processes));
  EXPECT_NEAR(after.sum(cpu) - before->sum(cpu), used, allowed_cpu_error(used));
  EXPECT_EQ(after.sum({.name = kGroupExits, .labels = {{"group", steady_}}}), static_cast<double>(kBurns));
  for (const std::string& complaint : scraper.stop()) ADD_FAILURE() << complaint;
  const auto outcome = configured_.daemon().stop();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code(), 0) << outcome->err;
}

}  // namespace
}  // namespace procledger::test
