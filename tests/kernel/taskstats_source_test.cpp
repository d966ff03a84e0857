// SPDX-License-Identifier: Apache-2.0
// The source taskstats, compared with the kernel's accounting: every exit counts, CPU time is within the stated bound, losses are counted
// and survived.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <iostream>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sources/taskstats/taskstats_source.hpp"
#include "support/clocks.hpp"
#include "support/host.hpp"
#include "support/load.hpp"
#include "support/test_pipeline.hpp"

namespace procledger::test {
namespace {

using std::chrono::seconds;

std::uint64_t exits(const ledger::Account& account) {
  return std::accumulate(account.exits.begin(), account.exits.end(), std::uint64_t{0});
}

std::uint64_t own_cpu_ns(const ledger::Account& account) { return account.total.cpu_ns; }

std::uint64_t estimated_ns(const ledger::Account& account) { return account.estimated.user_ns + account.estimated.system_ns; }

class TaskstatsSource : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  }

  void open(const taskstats::Options& options = {}) {
    auto pipeline = TestPipeline::open(taskstats::open_taskstats_source(options));
    ASSERT_TRUE(pipeline) << pipeline.error().message;
    pipeline_ = std::move(*pipeline);
  }
  void collect() {
    const auto collected = pipeline_->collect();
    ASSERT_TRUE(collected) << collected.error().message;
  }

  /// Runs a load with a collection every 5 s, and two collections after its end.
  void run(Load& load) {
    collect();
    load.go();
    auto next = std::chrono::steady_clock::now() + seconds{5};
    const auto until = std::chrono::steady_clock::now() + kHangDeadline;
    while (!load.cgroup().members().empty() && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
      if (std::chrono::steady_clock::now() < next) continue;
      collect();
      next += seconds{5};
    }
    const auto ended = load.wait(kHangDeadline);
    ASSERT_TRUE(ended) << ended.error().message;
    ended_ = *ended;
    collect();
    collect();
  }

  std::unique_ptr<TestPipeline> pipeline_;
  LoadResult ended_;
};

TEST_F(TaskstatsSource, EveryForkExecAndExitIsCountedOnceWithItsStatus) {
  open();
  const UniqueNames names;
  auto load = Load::prepare(names, 500, 2, {names.link("b", "burn"), "100", "3"});
  ASSERT_TRUE(load) << load.error().message;
  run(*load);
  const ledger::Account sum = pipeline_->sum(names.prefix());
  std::cout << pipeline_->losses() << "\n";
  ASSERT_EQ(ended_.error, 500u);
  EXPECT_EQ(exits(sum), 501u) << "the launcher, too";
  EXPECT_EQ(sum.exits[static_cast<std::size_t>(ledger::ExitReason::kError)], 500u);
  const ledger::Account burners = pipeline_->sum(names.comm("b"));
  EXPECT_EQ(exits(burners), 500u) << "exec events carry the names; the launcher's group has "
                                  << exits(pipeline_->sum(names.comm("launch")));
}

// Each number has several owners between two collections.
TEST_F(TaskstatsSource, EachOwnerOfAReusedPidIsCountedUnderItsName) {
  const auto pid_max = KernelSetting::set("/proc/sys/kernel/pid_max", "1500");
  ASSERT_TRUE(pid_max) << pid_max.error().message;
  open();
  const UniqueNames names;
  auto load = Load::prepare(names, 2000, 2, {names.link("b", "burn"), "100", "3"});
  ASSERT_TRUE(load) << load.error().message;
  const std::uint64_t usage_before = load->cgroup().usage_ns();
  collect();
  load->go();
  const auto ended = load->wait(kHangDeadline);
  ASSERT_TRUE(ended) << ended.error().message;
  collect();
  collect();
  const ledger::Account sum = pipeline_->sum(names.prefix());
  const double truth = static_cast<double>(load->cgroup().usage_ns() - usage_before);
  const double shown = static_cast<double>(own_cpu_ns(sum) + estimated_ns(sum));
  std::cout << pipeline_->losses() << "\nkernel " << truth / 1e9 << " s, shown " << 100 * shown / truth << " %\n";
  ASSERT_EQ(ended->error, 2000u);
  EXPECT_EQ(exits(sum), 2001u) << "the launcher, too";
  EXPECT_EQ(exits(pipeline_->sum(names.comm("b"))), 2000u) << "the launcher's group has " << exits(pipeline_->sum(names.comm("launch")));
  EXPECT_GE(shown, 0.95 * truth);
  EXPECT_LE(shown, 1.02 * truth);
}

/// Compares the CPU time of many `burn` processes, own and estimated, with the CPU time of their cgroup.
class TaskstatsShare : public TaskstatsSource, public testing::WithParamInterface<std::pair<int, int>> {};

TEST_P(TaskstatsShare, OwnAndEstimatedAreWhatTheKernelCharged) {
  const auto [count, milliseconds] = GetParam();
  open();
  const UniqueNames names;
  auto load = Load::prepare(names, static_cast<std::uint64_t>(count), 2, {names.link("b", "burn"), std::to_string(milliseconds * 1000)});
  ASSERT_TRUE(load) << load.error().message;
  collect();
  const ledger::Account before = pipeline_->sum(names.prefix());
  const std::uint64_t usage_before = load->cgroup().usage_ns();
  run(*load);
  const ledger::Account after = pipeline_->sum(names.prefix());
  const double truth = static_cast<double>(load->cgroup().usage_ns() - usage_before);
  const double own = static_cast<double>(own_cpu_ns(after) - own_cpu_ns(before));
  const double estimated = static_cast<double>(estimated_ns(after) - estimated_ns(before));
  std::cout << count << " x " << milliseconds << " ms: kernel " << truth / 1e9 << " s, own " << 100 * own / truth << " %, estimated "
            << 100 * estimated / truth << " %, exits " << exits(after) << "\n"
            << pipeline_->losses() << "\n";
  const ledger::Account burners = pipeline_->sum(names.comm("b"));
  std::cout << "burners: own " << static_cast<double>(own_cpu_ns(burners)) / 1e6 << " ms, estimated "
            << static_cast<double>(estimated_ns(burners)) / 1e6 << " ms\n";
  EXPECT_GE(own + estimated, 0.95 * truth);
  EXPECT_LE(own + estimated, 1.02 * truth);
}

INSTANTIATE_TEST_SUITE_P(Burners, TaskstatsShare, testing::Values(std::pair{200, 10}, std::pair{50, 100}), [](const auto& load) {
  return std::to_string(load.param.first) + "of" + std::to_string(load.param.second) + "ms";
});

/// Threads that exit one by one, a leader that exits before its threads, and a thread that becomes the leader by exec.
class TaskstatsThreads : public TaskstatsSource, public testing::WithParamInterface<std::vector<std::string>> {};

TEST_P(TaskstatsThreads, ProcessEndsOnceAndItsTimeCountsOnce) {
  open();
  const UniqueNames names;
  std::vector<std::string> argv = GetParam();
  argv.front() = names.link("t", argv.front());
  if (argv.back() == "burn") argv.insert(argv.end() - 1, names.link("e", "burn")), argv.back() = "20000";
  auto load = Load::prepare(names, 5, 1, argv);
  ASSERT_TRUE(load) << load.error().message;
  collect();
  const ledger::Account before = pipeline_->sum(names.prefix());
  const std::uint64_t usage_before = load->cgroup().usage_ns();
  run(*load);
  const ledger::Account after = pipeline_->sum(names.prefix());
  const double truth = static_cast<double>(load->cgroup().usage_ns() - usage_before);
  const double shown =
      static_cast<double>(own_cpu_ns(after) + estimated_ns(after)) - static_cast<double>(own_cpu_ns(before) + estimated_ns(before));
  std::cout << "kernel " << truth / 1e9 << " s, shown " << 100 * shown / truth << " %, ok " << after.exits[0] << ", error "
            << after.exits[1] << ", signal " << after.exits[2] << "\n";
  EXPECT_EQ(exits(after), 6u) << "five, and the launcher";
  EXPECT_GE(shown, 0.95 * truth - 20e6) << "two ticks are cut off";
  EXPECT_LE(shown, 1.02 * truth);
}

INSTANTIATE_TEST_SUITE_P(Kinds, TaskstatsThreads,
                         testing::Values(std::vector<std::string>{"threads", "40", "4", "10000"},
                                         std::vector<std::string>{"leader_exits", "4", "20000"},
                                         std::vector<std::string>{"thread_exec", "20000", "burn"}),
                         [](const auto& kind) { return kind.param.front(); });

TEST_F(TaskstatsSource, StormInASmallBufferIsCountedAndSurvived) {
  open({.receive_bytes = 1});
  const UniqueNames names;
  auto load = Load::prepare(names, 1, 1, {names.link("storm", "storm"), "2000"});
  ASSERT_TRUE(load) << load.error().message;
  const std::uint64_t usage_before = load->cgroup().usage_ns();
  collect();
  load->go();
  std::uint64_t total = 0;
  for (const auto until = std::chrono::steady_clock::now() + seconds{3}; std::chrono::steady_clock::now() < until;) {
    collect();
    const std::uint64_t now = pipeline_->ledger().tasks_cpu_ns();
    EXPECT_GE(now, total) << "totals never fall";
    total = now;
  }
  const auto ended = load->wait(kHangDeadline);
  ASSERT_TRUE(ended) << ended.error().message;
  collect();
  collect();
  const ledger::Account sum = pipeline_->sum(names.prefix());
  const double truth = static_cast<double>(load->cgroup().usage_ns() - usage_before);
  std::cout << ended->out << " processes, " << exits(sum) << " exits seen, kernel " << truth / 1e9 << " s, own and estimated "
            << 100 * static_cast<double>(own_cpu_ns(sum) + estimated_ns(sum)) / truth << " %\n"
            << pipeline_->losses() << "\n";
  EXPECT_GT(pipeline_->lost("taskstats_overrun"), 0u);
  EXPECT_GT(pipeline_->lost("connector_overrun"), 0u);
  EXPECT_GT(pipeline_->lost("connector_gap"), 0u);

  auto after = Load::prepare(names, 20, 1, {names.link("after", "true")});
  ASSERT_TRUE(after) << after.error().message;
  after->go();
  ASSERT_TRUE(after->wait(kHangDeadline));
  collect();
  collect();
  EXPECT_EQ(pipeline_->process(after->launcher()), nullptr) << "the process is gone, with or without an exit event";
}

/// The error of opening the source in a process that has given up a right or a namespace; absent: opening works.
std::optional<ErrorKind> refused_after(const std::function<bool()>& give_up) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (!give_up()) ::_exit(99);
    const auto source = taskstats::open_taskstats_source({});
    ::_exit(source ? 98 : static_cast<int>(source.error().kind));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  const int code = WEXITSTATUS(status);
  EXPECT_NE(code, 99) << "cannot give up the right or namespace here";
  return code == 98 ? std::nullopt : std::optional{static_cast<ErrorKind>(code)};
}

TEST_F(TaskstatsSource, WithoutTheRightOrTheNamespacesItSaysSo) {
  EXPECT_EQ(refused_after([] { return ::setuid(65534) == 0; }), ErrorKind::kPermission);
  EXPECT_EQ(refused_after([] { return ::unshare(CLONE_NEWNET) == 0; }), ErrorKind::kUnsupported);
  EXPECT_EQ(refused_after([] { return true; }), std::nullopt);
}

TEST_F(TaskstatsSource, NothingListensAfterIt) {
  const auto listeners = [] {
    std::ifstream file{"/proc/net/netlink"};
    std::size_t ours = 0;
    const std::string own = std::to_string(::getpid());
    for (std::string line; std::getline(file, line);) ours += line.find(" " + own + " ") != std::string::npos ? 1u : 0u;
    return ours;
  };
  const std::size_t before = listeners();
  open();
  EXPECT_EQ(listeners(), before + 2);
  pipeline_.reset();
  EXPECT_EQ(listeners(), before);
}

}  // namespace
}  // namespace procledger::test
