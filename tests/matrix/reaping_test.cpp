// SPDX-License-Identifier: Apache-2.0
// Child usage that parents are credited with: each process and each nanosecond counts once, for every kind of exit, and child usage is not
// in the parent's own usage.
#include <map>
#include <optional>
#include <set>

#include "matrix/matrix_test.hpp"
#include "support/forwarding_sink.hpp"

namespace procledger::test {
namespace {

constexpr std::uint64_t kTimes = 20;

/// Records exits and releases of threads and leaders while events pass through.
class Deaths final : public ForwardingSink {
 public:
  using ForwardingSink::ForwardingSink;

  void on_exit(const event::TaskExit& final) override {
    used_ns_[final.task.process] += final.task.total.cpu_ns;
    if (final.task.leader) parents_[final.task.process] = final.task.parent.value_or(event::ProcessId{});
    ForwardingSink::on_exit(final);
  }
  void on_release(const event::TaskRelease& release) override {
    if (release.leader && release.parent) parents_[release.process] = *release.parent;  // absent: the pointer dangled
    ForwardingSink::on_release(release);
  }

  /// CPU time of the exited children of one parent.
  [[nodiscard]] std::uint64_t children_ns(pid_t parent) const {
    std::uint64_t sum = 0;
    for (const auto& [process, its_parent] : parents_) {
      if (its_parent.tgid == static_cast<std::uint32_t>(parent)) sum += used_ns_.at(process);
    }
    return sum;
  }

 private:
  std::map<event::ProcessId, std::uint64_t> used_ns_;
  std::map<event::ProcessId, event::ProcessId> parents_;
};

struct Mode {
  const char* name{};
  std::uint64_t children_each{1};  ///< processes reaped per repetition
  bool autoreaped{};
};

class Reaping : public MatrixTest, public testing::WithParamInterface<Mode> {
 protected:
  [[nodiscard]] std::uint64_t reaped(ledger::Reaping how) const { return account().reaped[static_cast<std::size_t>(how)].processes; }
};

TEST_P(Reaping, NobodyAndNothingIsCountedTwice) {
  const Mode mode = GetParam();
  auto cgroup = CpuCgroup::create("procledger-test-" + names_.prefix());
  ASSERT_TRUE(cgroup) << cgroup.error().message;
  Deaths deaths{pipeline_->sink()};
  watch(deaths);
  auto family = Child::spawn({.argv = {names_.link(mode.name, "family"), mode.name, std::to_string(kTimes), names_.link("true", "true")},
                              .cgroup_procs = cgroup->procs_file(),
                              .cpu = {},
                              .inherit = {}});
  ASSERT_TRUE(family) << family.error().message;
  ASSERT_TRUE(soon([&] { return family->out().ends_with('\n'); })) << family->err();
  const auto how = mode.autoreaped ? ledger::Reaping::kAutoreaped : ledger::Reaping::kWaited;
  const std::uint64_t expected = kTimes * mode.children_each;
  EXPECT_TRUE(soon_and_still([&] { return reaped(how) >= expected; }));
  EXPECT_EQ(reaped(ledger::Reaping::kWaited), mode.autoreaped ? 0 : expected);
  EXPECT_EQ(reaped(ledger::Reaping::kAutoreaped), mode.autoreaped ? expected : 0);
  EXPECT_EQ(exits(account()), expected);

  const ledger::ProcessPtr process = pipeline_->process(family->pid());
  ASSERT_TRUE(process);
  const auto figures = words(family->out(), " \n");
  ASSERT_EQ(figures.size(), 2U);
  const std::uint64_t credited = (std::stoull(figures[0]) + std::stoull(figures[1])) * 1000;  // getrusage(RUSAGE_CHILDREN)
  EXPECT_GE(process->children.total.cpu_ns, credited);
  if (mode.autoreaped) {
    EXPECT_EQ(process->children.total.cpu_ns, 0U);
  } else if (mode.children_each == 1) {
    EXPECT_EQ(process->children.total.cpu_ns, deaths.children_ns(family->pid())) << "the CPU time of its children, and no more";
  }
  EXPECT_EQ(process->children.cpu.user_ns + process->children.cpu.system_ns, process->children.total.cpu_ns);

  // CPU time before the family's exec counts in this test's group, so the family's groups have a little less than the cgroup. Reaped
  // children are not in the parent's own usage.
  ASSERT_TRUE(family->falls_asleep());
  collect();
  const ledger::Account all = account();
  const std::uint64_t truth = cgroup->usage_ns();
  EXPECT_LE(all.total.cpu_ns + all.running_ns, truth + kind_.bounds.of(truth)) << "CPU time counted twice";
  EXPECT_EQ(pipeline_->lost(""), 0U) << pipeline_->losses();
}

INSTANTIATE_TEST_SUITE_P(Family, Reaping,
                         testing::Values(Mode{.name = "shell"}, Mode{.name = "threads"}, Mode{.name = "texec"}, Mode{.name = "leader"},
                                         Mode{.name = "subreap", .children_each = 2}, Mode{.name = "tracer", .children_each = 2},
                                         Mode{.name = "quick", .children_each = 2}, Mode{.name = "ignore", .autoreaped = true},
                                         Mode{.name = "nowait", .autoreaped = true}),
                         [](const auto& mode) { return mode.param.name; });

using Zombies = MatrixTest;

TEST_F(Zombies, AreSeenUntilTheyAreReapedAndMoveNothing) {
  constexpr std::uint64_t kChildren = 8;
  constexpr std::uint64_t kBurnUs = 20'000;
  auto hoard = Child::spawn(
      {.argv = {names_.link("daemon", "hoard"), std::to_string(kChildren), "-", names_.link("child", "burn"), std::to_string(kBurnUs)},
       .cgroup_procs = {},
       .cpu = {},
       .inherit = {}});
  ASSERT_TRUE(hoard) << hoard.error().message;
  ASSERT_TRUE(hoard->stops());
  hoard->send(SIGCONT);
  ASSERT_TRUE(soon([&] { return hoard->out() == "dead\n"; })) << hoard->err();
  ASSERT_TRUE(hoard->stops());
  ASSERT_TRUE(soon_and_still([&] { return account("child").zombies == kChildren; })) << account("child").zombies;
  const ledger::Account dead = account("child");
  const std::uint64_t daemon_before = account("daemon").total.cpu_ns;
  EXPECT_EQ(dead.processes, 0U) << "zombies are not among the processes";
  EXPECT_EQ(exits(dead), kChildren) << "counted at exit";
  EXPECT_EQ(account("daemon").reaped[0].processes, 0U);
  EXPECT_EQ(account("daemon").unreaped, kChildren) << "the parent keeps the zombies";
  EXPECT_GE(dead.zombie_cpu_ns, kChildren * kBurnUs * 1000 / 2) << "half, since children measure by the wall clock of the emulator";
  hoard->send(SIGCONT);
  ASSERT_TRUE(soon_and_still([&] { return account("daemon").reaped[0].processes == kChildren; }));
  const ledger::Account reaped = account("child");
  EXPECT_EQ(reaped.zombies, 0U);
  EXPECT_EQ(account("daemon").unreaped, 0U);
  EXPECT_EQ(reaped.total.cpu_ns, dead.total.cpu_ns);
  EXPECT_EQ(exits(reaped), kChildren);
  EXPECT_EQ(account("daemon").reaped[0].own.total.cpu_ns, dead.zombie_cpu_ns);
  EXPECT_LT(account("daemon").total.cpu_ns - daemon_before, dead.zombie_cpu_ns / 2) << "own usage contains child usage";
}

}  // namespace
}  // namespace procledger::test
