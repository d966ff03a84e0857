// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/snapshot_builder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

namespace procledger::metrics {
namespace {

/// The inputs of a snapshot, empty until a test fills a part.
struct World {
  std::vector<ledger::Account> accounts;
  ledger::HostAccount host;
  ledger::Anomalies anomalies;
  ledger::UserStates users;
  std::function<std::string(std::uint32_t)> user_name{[](std::uint32_t uid) { return "u" + std::to_string(uid); }};
  event::SourceReport report;
  event::KernelFacts kernel;
  ActiveSource source{.name = "bpf", .reason = "requested"};
  std::int64_t unix_minus_boottime_ns{};
  std::vector<ledger::GroupId> configured;

  [[nodiscard]] Snapshot build() const {
    const auto name = [](ledger::GroupId id, GroupRow& row) {
      row.name = "g" + std::to_string(id);
      row.labels = {{"id", std::to_string(id)}};
    };
    return build_snapshot(
        {accounts, name, host, anomalies, users, user_name, report, kernel, source, 0, unix_minus_boottime_ns, {}, configured});
  }
};

const LossRow* find_loss(const Snapshot& snapshot, std::string_view cause) {
  const auto found = std::find_if(snapshot.losses.begin(), snapshot.losses.end(), [&](const LossRow& row) { return row.cause == cause; });
  return found != snapshot.losses.end() ? &*found : nullptr;
}

TEST(SnapshotGroups, GroupThatNeverHadAnythingIsLeftOut) {
  World world;
  world.accounts.resize(3);
  world.accounts[1].forks = 1;
  world.accounts[1].total.user_ticks_ns = 4;
  const Snapshot snapshot = world.build();
  ASSERT_EQ(snapshot.groups.size(), 1U);
  EXPECT_EQ(snapshot.groups[0].name, "g1");
  EXPECT_EQ(snapshot.groups[0].labels, (Labels{{"id", "1"}}));
  EXPECT_EQ(snapshot.groups[0].account.total.user_ticks_ns, 4U);
}

TEST(SnapshotGroups, ConfiguredGroupIsThereWithoutAnything) {
  World world;
  world.accounts.resize(3);
  world.accounts[0].forks = 1;
  world.configured = {2, 4};  // 4 has no account yet
  const Snapshot snapshot = world.build();
  ASSERT_EQ(snapshot.groups.size(), 3U);
  EXPECT_FALSE(snapshot.groups[0].configured);
  EXPECT_EQ(snapshot.groups[1].name, "g2");
  EXPECT_TRUE(snapshot.groups[1].configured);
  EXPECT_EQ(snapshot.groups[2].name, "g4");
  EXPECT_TRUE(snapshot.groups[2].configured);
  EXPECT_EQ(snapshot.groups[2].account.forks, 0U);
}

TEST(SnapshotGroups, AnySignOfLifeCounts) {
  const std::array<void (*)(ledger::Account&), 9> signs{
      [](ledger::Account& a) { a.total.cpu_ns = 1; },  [](ledger::Account& a) { a.shown.system_ns = 1; },
      [](ledger::Account& a) { a.forks = 1; },         [](ledger::Account& a) { a.execs = 1; },
      [](ledger::Account& a) { a.exits[2] = 1; },      [](ledger::Account& a) { a.members = 1; },
      [](ledger::Account& a) { a.processes = 1; },     [](ledger::Account& a) { a.threads = 1; },
      [](ledger::Account& a) { a.shown.user_ns = 1; },
  };
  for (std::size_t i = 0; i < signs.size(); ++i) {
    World world;
    signs[i](world.accounts.emplace_back());
    EXPECT_EQ(world.build().groups.size(), 1U) << "sign " << i;
  }
}

TEST(SnapshotGroups, OldestStartIsUnixTime) {
  World world;
  world.unix_minus_boottime_ns = 1'700'000'000'000'000'000;
  world.accounts.resize(2);
  world.accounts[0].members = 1;
  world.accounts[0].oldest_start_ns = 2'500'000'000;
  world.accounts[1].members = 1;
  const Snapshot snapshot = world.build();
  EXPECT_EQ(snapshot.groups[0].oldest_start_seconds, 1'700'000'002.5);
  EXPECT_FALSE(snapshot.groups[1].oldest_start_seconds) << "the group has no process";
}

TEST(SnapshotUsers, UidsThatShareANameShareARow) {
  World world;
  world.users = {{{0, event::State::kSleeping}, 3}, {{500, event::State::kSleeping}, 4}, {{500, event::State::kZombie}, 1}};
  world.user_name = [](std::uint32_t) { return std::string{"root"}; };
  const Snapshot snapshot = world.build();
  ASSERT_EQ(snapshot.users.size(), 2U);
  EXPECT_EQ(snapshot.users[0].processes, 7U);
  EXPECT_EQ(snapshot.users[1].state, event::State::kZombie);
}

TEST(SnapshotUsers, NamesAreMadeSafe) {
  World world;
  world.users = {{{7, event::State::kIdle}, 1}};
  world.user_name = [](std::uint32_t) { return std::string{"a\nb"}; };
  EXPECT_EQ(world.build().users.at(0).user, "a\\nb");
}

TEST(SnapshotLosses, CausesAreAlwaysThere) {
  World world;
  world.report.losses = {{"ring_full", 5}};
  world.anomalies = {.exited_before_scan = 1, .unattributed_tasks = 2, .unattributed_cpu_ns = 3, .retired_evicted = 4, .vanished_tasks = 6};
  const Snapshot snapshot = world.build();
  EXPECT_EQ(snapshot.losses.size(), 6U);
  for (const auto& [cause, records] :
       {std::pair{"ring_full", 5U}, {"died_before_walk", 1U}, {"unnamed", 2U}, {"tombstone_evicted", 4U}, {"vanished", 6U}}) {
    const LossRow* row = find_loss(snapshot, cause);
    ASSERT_NE(row, nullptr) << cause;
    EXPECT_EQ(row->records, records) << cause;
    EXPECT_EQ(row->cpu_ns.has_value(), std::string_view{cause} == "unnamed") << cause;
  }
  EXPECT_EQ(find_loss(snapshot, "unnamed")->cpu_ns, 3U);
}

TEST(SnapshotSources, OneIsActiveAndSaysWhy) {
  const Snapshot snapshot = World{}.build();
  ASSERT_EQ(snapshot.sources.size(), 3U);
  EXPECT_EQ(snapshot.sources[0].name, "bpf");
  EXPECT_TRUE(snapshot.sources[0].active);
  EXPECT_EQ(snapshot.sources[0].reason, "requested");
  for (std::size_t i = 1; i < 3; ++i) {
    EXPECT_FALSE(snapshot.sources[i].active);
    EXPECT_EQ(snapshot.sources[i].reason, "");
  }
}

TEST(SnapshotSources, NoneIsActiveWhenTheHooksAreGone) {
  World world;
  world.source.alive = false;
  for (const SourceRow& row : world.build().sources) EXPECT_FALSE(row.active) << row.name;
}

TEST(SnapshotHost, IsTakenOverAsItIs) {
  World world;
  world.host.tasks_ns = 12;
  world.host.residual_ns = -3;
  world.report.misses = {{"on_switch", 2}};
  world.kernel.cgroup = "hybrid";
  const Snapshot snapshot = world.build();
  EXPECT_EQ(snapshot.host.tasks_ns, 12U);
  EXPECT_EQ(snapshot.host.residual_ns, -3);
  EXPECT_EQ(snapshot.misses.at(0).misses, 2U);
  EXPECT_EQ(snapshot.kernel.cgroup, "hybrid");
}

}  // namespace
}  // namespace procledger::metrics
