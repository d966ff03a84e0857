// SPDX-License-Identifier: Apache-2.0
// Group assignment: the calls of the classifier, their arguments, and the group of the present slice.
#include "unit/ledger/ledger_test.hpp"

#include <functional>
#include <map>
#include <vector>

namespace procledger::ledger {
namespace {

/// Groups by comm. Comms in `claims` match a rule; other processes get the inherited group.
class RuleClassifier final : public Classifier {
 public:
  Decision decide(const ProcessFacts& facts) override {
    asked.push_back(facts.comm.empty() ? "?" : std::string{facts.comm});
    last = facts;
    creators[std::string{facts.comm}] = facts.creator.has_value();
    if (on_ask) on_ask(facts);
    const std::string comm{facts.comm};
    if (claims.contains(comm)) return intern(claims.at(comm), true);
    if (facts.inherited) return {.group = facts.inherited->group, .claimed = true, .series = series};
    return intern(comm, false);
  }
  Decision unattributed() override { return intern("(unattributed)", false); }
  void learn(const event::CgroupNamed& cgroup) override { cgroups.emplace_back(cgroup.path); }

  std::map<std::string, std::string> claims;
  std::map<std::string, GroupId> ids;
  std::map<std::string, bool> creators;  ///< by comm: whether the last call had a creator
  std::vector<std::string> asked;
  std::vector<std::string> cgroups;
  std::function<void(const ProcessFacts&)> on_ask;
  ProcessFacts last;
  Series series;
  ProgramPtr learnt;

 private:
  Decision intern(const std::string& name, bool claimed) {
    const auto [at, added] = ids.try_emplace(name, static_cast<GroupId>(ids.size()));
    return {.group = at->second, .fresh = added, .claimed = claimed, .series = series, .learnt = learnt};
  }
};

class LedgerDeciding : public testing::Test {
 protected:
  void sample(const Seen& task, event::ProcessId parent = {}) {
    event::Observation seen = task;
    if (parent.handle != 0) seen.parent = parent;
    ledger.on_sample(seen);
  }
  template <typename Read>
  void scan(std::int64_t when, Read read) {
    ledger.begin_scan(at(when), event::Zombies::kListed);
    read();
    ledger.end_scan(at(when) + 1);
  }
  void exec(const Seen& task, std::int64_t when, std::string_view args) {
    event::Execed exec{.task = task, .filename = "/bin/x", .args = args};
    exec.previous_tid = task.tgid;
    exec.time_ns = at(when);
    ledger.on_exec(exec);
  }
  [[nodiscard]] Account group(const std::string& name) const {
    const auto id = classifier.ids.find(name);
    return id == classifier.ids.end() || id->second >= ledger.accounts().size() ? Account{} : ledger.accounts()[id->second];
  }
  [[nodiscard]] std::uint64_t cpu_ms(const std::string& name) const { return group(name).total.cpu_ns / kMs; }

  static constexpr event::ProcessId kMake{.handle = 100, .tgid = 10};
  static Seen make(std::uint64_t cpu = 0) { return {.comm = "make", .cpu = cpu}; }
  static Seen child(std::string_view comm, std::uint64_t cpu = 0) {
    return {.task = 2, .born = 1, .process = 200, .tgid = 20, .comm = comm, .cpu = cpu};
  }

  RuleClassifier classifier;
  Ledger ledger{classifier, {.attached_ns = kAttached}};
};

TEST_F(LedgerDeciding, HeritageIsTheClaimedGroupOfTheOneThatForked) {
  classifier.claims["make"] = "build";
  ledger.on_fork({.child = make(), .creator = {}});
  ledger.on_fork({.child = child("make"), .creator = kMake});
  exec(child("sh", 1), 5, "sh");
  ASSERT_TRUE(classifier.last.inherited);
  EXPECT_EQ(classifier.last.inherited->group, classifier.ids.at("build"));
  EXPECT_EQ(group("build").members, 2);
}

TEST_F(LedgerDeciding, HeritageOutlivesTheOneThatForked) {
  classifier.claims["make"] = "build";
  ledger.on_fork({.child = make(), .creator = {}});
  ledger.on_fork({.child = child("make"), .creator = kMake});
  event::TaskExit last{.task = make(3), .exit_boottime_ns = at(4)};
  last.task.exited = true;
  last.task.live_threads = 0;
  ledger.on_exit(last);
  ledger.on_release({.task = last.task.task, .process = kMake, .tid = 10, .exit_status = 0, .leader = true, .time_ns = at(5)});
  exec(child("sh", 1), 6, "sh");
  EXPECT_TRUE(classifier.last.inherited);
}

TEST_F(LedgerDeciding, CreatorIsNotTheYoungerProcessThatHasItsIds) {
  ledger.on_fork({.child = make(), .creator = {}});
  ledger.on_fork({.child = child("make"), .creator = kMake});
  event::TaskExit last{.task = make(3), .exit_boottime_ns = at(4)};
  last.task.exited = true;
  last.task.live_threads = 0;
  ledger.on_exit(last);
  ledger.on_release({.task = last.task.task, .process = kMake, .tid = 10, .exit_status = 0, .leader = true, .time_ns = at(5)});
  ledger.reclassify();
  scan(20, [&] {
    sample({.task = 5, .born = 15, .process = 100, .tgid = 10, .comm = "other"});
    sample(child("make"));
  });
  EXPECT_EQ(group("make").processes, 1);
  EXPECT_FALSE(classifier.creators.at("make"));
}

TEST_F(LedgerDeciding, UnclaimedGroupIsNoHeritage) {
  ledger.on_fork({.child = make(), .creator = {}});
  ledger.on_fork({.child = child("make"), .creator = kMake});
  exec(child("sh", 1), 5, "sh");
  EXPECT_FALSE(classifier.last.inherited);
}

TEST_F(LedgerDeciding, FirstScanMeetsChildrenBeforeTheirParents) {
  classifier.claims["make"] = "build";
  scan(10, [&] {
    sample({.task = 2, .born = -50, .process = 200, .tgid = 5, .comm = "sh"}, kMake);
    sample({.born = -100, .comm = "make"});
  });
  EXPECT_EQ(group("build").processes, 2);
  EXPECT_EQ(group("sh").members, 0);
  EXPECT_EQ(group("build").thread_states[static_cast<std::size_t>(event::State::kSleeping)], 2);
  EXPECT_EQ(group("sh").thread_states[static_cast<std::size_t>(event::State::kSleeping)], 0);
}

TEST_F(LedgerDeciding, ForkNamesItsCreatorWhileBothRunTheSameProgram) {
  ledger.on_fork({.child = make(), .creator = {}});
  exec(make(1), 1, "make all");
  ledger.on_fork({.child = child("make"), .creator = kMake});
  EXPECT_TRUE(classifier.last.creator);
  ASSERT_NE(classifier.last.program, nullptr);
  EXPECT_EQ(classifier.last.program->args, "make all");
  exec(child("sh"), 5, "sh");
  EXPECT_FALSE(classifier.last.creator);
  EXPECT_EQ(classifier.last.program->args, "sh");
}

TEST_F(LedgerDeciding, ChangedRulesMoveEverybodyAndTimeStaysWhereItWasEarned) {
  ledger.on_fork({.child = make(), .creator = {}});
  scan(10, [&] { sample(make(5)); });
  classifier.claims["make"] = "build";
  ledger.reclassify();
  scan(20, [&] { sample(make(8)); });
  EXPECT_EQ(cpu_ms("make"), 8) << "up to the scan that moved the process";
  scan(30, [&] { sample(make(12)); });
  EXPECT_EQ(cpu_ms("make"), 8);
  EXPECT_EQ(cpu_ms("build"), 4);
  EXPECT_EQ(group("make").members, 0);
  EXPECT_EQ(group("build").members, 1);
}

// A page shows each thread in the group that its process is shown in.
TEST_F(LedgerDeciding, ScanThatEndsWithOtherGroupsCountsThreadsInThem) {
  const auto threads_of = [this](const std::string& name) {
    const Account account = group(name);
    return account.thread_states[static_cast<std::size_t>(event::State::kSleeping)];
  };
  ledger.on_fork({.child = make(), .creator = {}});
  scan(10, [&] { sample(make()); });
  EXPECT_EQ(threads_of("make"), 1U);
  classifier.claims["make"] = "build";
  ledger.reclassify();
  scan(20, [&] {
    sample(make());
    sample({.task = 7, .born = 5, .comm = "make", .leader = false});
  });
  EXPECT_EQ(group("build").threads, 2U);
  EXPECT_EQ(threads_of("build"), 2U);
  EXPECT_EQ(threads_of("make"), 0U);
}

TEST_F(LedgerDeciding, SliceUnderWayIsSharedByTheGroupsBeforeAndAfterAReload) {
  ledger.on_fork({.child = make(), .creator = {}});
  classifier.claims["make"] = "build";
  ledger.reclassify();
  Seen running = make(5);
  running.pending = 2;
  scan(20, [&] { sample(running); });
  EXPECT_EQ(group("make").running_ns, 2 * kMs);
  EXPECT_EQ(group("build").running_ns, 0);
  scan(30, [&] { sample(make(10)); });
  EXPECT_EQ(cpu_ms("make"), 7);
  EXPECT_EQ(cpu_ms("build"), 3);
}

TEST_F(LedgerDeciding, ReloadDecidesParentsBeforeTheirChildren) {
  ledger.on_fork({.child = make(), .creator = {}});
  ledger.on_fork({.child = child("make"), .creator = kMake});
  exec(child("sh"), 5, "sh");
  classifier.claims["make"] = "build";
  ledger.reclassify();
  scan(20, [&] {
    sample(child("sh"));
    sample(make());
  });
  EXPECT_EQ(group("build").members, 2);
}

TEST_F(LedgerDeciding, OtherUserIsNoticedAtTheNextScanAndHasTheTimeSinceTheLast) {
  classifier.on_ask = [this](const ProcessFacts& facts) {
    if (facts.uid == 5) classifier.claims["make"] = "user5";
  };
  ledger.on_fork({.child = make(), .creator = {}});
  scan(10, [&] { sample(make(4)); });
  Seen other = make(9);
  other.uid = 5;
  scan(20, [&] { sample(other); });
  EXPECT_EQ(cpu_ms("make"), 4);
  EXPECT_EQ(cpu_ms("user5"), 5);
}

TEST_F(LedgerDeciding, UserThatOnlyTheExitRecordHasTakesAllUnchargedTime) {
  classifier.on_ask = [this](const ProcessFacts& facts) {
    if (facts.uid == 5) classifier.claims["make"] = "user5";
  };
  ledger.on_fork({.child = make(), .creator = {}});
  event::TaskExit last{.task = make(3), .exit_boottime_ns = at(4)};
  last.task.exited = true;
  last.task.uid = 5;
  last.task.live_threads = 0;
  ledger.on_exit(last);
  EXPECT_EQ(cpu_ms("user5"), 3);
  EXPECT_EQ(group("user5").exits[0], 1);
  EXPECT_EQ(group("make").members, 0);
}

TEST_F(LedgerDeciding, AncestryIsAsLongAsAncestorsLive) {
  std::vector<bool> answers;
  classifier.on_ask = [&](const ProcessFacts& facts) {
    answers = {facts.ancestry->descends_from(20), facts.ancestry->descends_from(10), facts.ancestry->descends_from(30)};
  };
  ledger.on_fork({.child = make(), .creator = {}});
  event::Observation second = child("sh");
  second.parent = kMake;
  ledger.on_fork({.child = second, .creator = kMake});
  exec(child("sh"), 5, "sh");
  EXPECT_EQ(answers, (std::vector<bool>{true, true, false}));
}

TEST_F(LedgerDeciding, WhatWasFoundOutIsKept) {
  Program found;
  found.args = "found";
  classifier.learnt = std::make_shared<const Program>(found);
  ledger.on_fork({.child = make(), .creator = {}});
  EXPECT_EQ(ledger.processes().find(kMake)->identity.program->args, "found");
}

TEST_F(LedgerDeciding, NamesOfCgroupsPassThrough) {
  ledger.on_cgroup_named({.id = 3, .path = "/a/b"});
  EXPECT_EQ(classifier.cgroups, std::vector<std::string>{"/a/b"});
}

TEST_F(LedgerDeciding, ThreadNamesAddUpToTheirGroup) {
  classifier.series.thread_names = true;
  ledger.on_fork({.child = make(), .creator = {}});
  const Seen worker{.task = 2, .born = 1, .comm = "worker", .cpu = 4, .leader = false};
  scan(10, [&] {
    sample(make(5));
    sample(worker);
  });
  const ThreadNames::Names* names = ledger.thread_names().of(classifier.ids.at("make"));
  ASSERT_NE(names, nullptr);
  ASSERT_EQ(names->size(), 2);
  EXPECT_EQ(names->at(event::Comm{"worker"}).total.cpu_ns, 4 * kMs);
  EXPECT_EQ(names->at(event::Comm{"worker"}).living, 1);
  scan(20, [&] { sample(make(6)); });
  EXPECT_EQ(names->at(event::Comm{"worker"}).living, 0);
  EXPECT_EQ(names->at(event::Comm{"worker"}).cpu.user_ns, 4 * kMs) << "exited threads keep their time";
  EXPECT_EQ(names->at(event::Comm{"make"}).cpu.user_ns, 6 * kMs);
}

TEST_F(LedgerDeciding, SeriesOfAThreadBeginsAnewWithANewName) {
  classifier.series.threads = true;
  ledger.on_fork({.child = make(), .creator = {}});
  scan(10, [&] { sample(make(5)); });
  const auto rows = [this] {
    std::vector<SeriesRow> result;
    ledger.thread_series().visit([&](const SeriesRow& row) { result.push_back(row); });
    return result;
  };
  ASSERT_EQ(rows().size(), 1);
  EXPECT_EQ(rows()[0].cpu.user_ns, 5 * kMs);
  Seen renamed = make(7);
  renamed.comm = "other";
  scan(20, [&] { sample(renamed); });
  ASSERT_EQ(rows().size(), 1);
  EXPECT_EQ(rows()[0].name.thread.view(), "other");
  EXPECT_EQ(rows()[0].cpu.user_ns, 2 * kMs);
  scan(30, [] {});
  EXPECT_TRUE(rows().empty());
}

TEST_F(LedgerDeciding, SeriesOfAProcessHoldsItsDeadThreads) {
  classifier.series.processes = true;
  ledger.on_fork({.child = make(), .creator = {}});
  const Seen worker{.task = 2, .born = 1, .comm = "worker", .cpu = 4, .leader = false};
  event::TaskExit last{.task = worker, .exit_boottime_ns = at(4)};
  last.task.exited = true;
  ledger.on_exit(last);
  scan(10, [&] { sample(make(5)); });
  std::vector<SeriesRow> rows;
  ledger.process_series().visit([&](const SeriesRow& row) { rows.push_back(row); });
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].cpu.user_ns, 9 * kMs);
  EXPECT_EQ(rows[0].name.pid, 10);
}

TEST_F(LedgerDeciding, SplitByProcessFollowsEachProcesssOwnTicks) {
  Ledger split{classifier, {.attached_ns = kAttached, .split_by_process = true}};
  event::Observation user = make(10);
  user.total.user_ticks_ns = 8 * kMs;
  event::Observation system = child("make", 6);
  system.total.system_ticks_ns = 4 * kMs;
  split.begin_scan(at(10), event::Zombies::kListed);
  split.on_sample(user);
  split.on_sample(system);
  split.end_scan(at(11));
  const Account& account = split.accounts()[classifier.ids.at("make")];
  EXPECT_EQ(account.by_process, (CpuSplit{.user_ns = 10 * kMs, .system_ns = 6 * kMs}));
}

class LedgerSplit : public LedgerTest {
 protected:
  LedgerSplit() : LedgerTest({.attached_ns = kAttached, .split_by_process = true}) {}
};

TEST_F(LedgerSplit, TimeOfAProcessThatMovesIsSplitInTheGroupThatEarnedIt) {
  fork({});
  scan(10, [this] { sample({.cpu = 10}); });
  rename({.comm = "db", .cpu = 14}, 12);
  EXPECT_EQ(group("web").by_process.user_ns, 14 * kMs);
  scan(20, [this] { sample({.comm = "db", .cpu = 20}); });
  EXPECT_EQ(group("web").by_process.user_ns, 14 * kMs);
  EXPECT_EQ(group("db").by_process.user_ns, 6 * kMs);
}

}  // namespace
}  // namespace procledger::ledger
