// SPDX-License-Identifier: Apache-2.0
#include "collector/pipeline.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "core/metrics/metric_table.hpp"
#include "support/files.hpp"
#include "support/proc_tree.hpp"
#include "unit/collector/house.hpp"

namespace procledger::collector {
namespace {

class CollectionPipelineTest : public testing::Test {
 protected:
  CollectionPipelineTest() { EXPECT_TRUE(test::write_file(passwd(), "zero:x:0:0:::\n")); }

  [[nodiscard]] std::filesystem::path passwd() const { return dir_.path() / "passwd"; }
  [[nodiscard]] CollectionPipeline make() { return {house_.parts(), {.procfs = dir_.path(), .source_reason = "requested"}, house_.rules}; }

  test::TempDir dir_;
  House house_{dir_.path(), passwd(), 500'000'000};
  FakeSource& source_{house_.source};
};

const metrics::GroupRow* find_group(const metrics::Snapshot& snapshot, std::string_view name) {
  const auto found = std::find_if(snapshot.groups.begin(), snapshot.groups.end(), [&](const auto& row) { return row.name == name; });
  return found != snapshot.groups.end() ? &*found : nullptr;
}

TEST_F(CollectionPipelineTest, SnapshotHoldsWhatTheSourceSaw) {
  source_.tasks = {living(10, "postgres", 600'000'000, 7'000)};
  CollectionPipeline pipeline = make();
  const auto snapshot = pipeline.collect();
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  const metrics::GroupRow* group = find_group(**snapshot, "postgres");
  ASSERT_NE(group, nullptr);
  EXPECT_EQ(group->account.total.cpu_ns, 7'000U);
  EXPECT_EQ(group->account.processes, 1U);
  ASSERT_EQ((*snapshot)->users.size(), 1U);
  EXPECT_EQ((*snapshot)->users[0].user, "zero");
  EXPECT_EQ((*snapshot)->host.cpus, 2U);
  EXPECT_EQ((*snapshot)->sources[0].reason, "requested");
  EXPECT_GT((*snapshot)->self.collect_seconds, 0);
  EXPECT_GT((*snapshot)->self.collect_cpu_seconds, 0);
}

TEST_F(CollectionPipelineTest, OwnCpuTimeAddsUp) {
  CollectionPipeline pipeline = make();
  const auto first = pipeline.collect();
  ASSERT_TRUE(pipeline.drain());
  const auto second = pipeline.collect();
  ASSERT_TRUE(first && second);
  EXPECT_GT((*second)->self.collect_cpu_seconds, (*first)->self.collect_cpu_seconds);
}

TEST_F(CollectionPipelineTest, FailuresOfTheSourceComeThrough) {
  CollectionPipeline pipeline = make();
  source_.fails = true;
  EXPECT_EQ(pipeline.collect().error().message, "the kernel said no");
  source_.fails = false;
  source_.report_fails = true;
  EXPECT_EQ(pipeline.collect().error().message, "no report");
  source_.report_fails = false;
  EXPECT_TRUE(pipeline.collect());
  source_.drain_fails = true;
  EXPECT_EQ(pipeline.drain().error().message, "no records today");
}

TEST_F(CollectionPipelineTest, DeadSourceIsNotCalledActive) {
  CollectionPipeline pipeline = make();
  pipeline.set_source_alive(false);
  const auto snapshot = pipeline.collect();
  ASSERT_TRUE(snapshot);
  EXPECT_FALSE((*snapshot)->sources[0].active);
}

TEST_F(CollectionPipelineTest, SeriesFromElsewhereAreInTheLimit) {
  source_.tasks = {living(10, "act", 600'000'000, 7'000)};
  config::Config config;
  config.book.thread_filter = {.comm = {"act"}, .pid = {}};
  Rules rules = compile_rules(config).value();
  CollectionPipeline pipeline{house_.parts(), {.procfs = dir_.path(), .source_reason = "requested", .other_series = 5}, house_.rules};
  const auto dropped_at = [&](std::size_t max_series) {
    rules.max_series = max_series;
    pipeline.adopt(rules);
    EXPECT_TRUE(pipeline.collect());  // the first collection assigns the process to its new group
    const auto snapshot = pipeline.collect();
    EXPECT_TRUE(snapshot);
    return snapshot ? (*snapshot)->self.series_dropped : 0;
  };
  EXPECT_EQ(dropped_at(50'000), 0U);
  const auto snapshot = pipeline.collect();
  ASSERT_TRUE(snapshot);
  const std::size_t series = metrics::count_series(**snapshot);
  EXPECT_EQ(dropped_at(series + 5), 0U);
  EXPECT_EQ(dropped_at(series + 4), 2U) << "both modes of the thread";
  EXPECT_EQ(dropped_at(4), 2U) << "series from elsewhere alone exceed the limit";
}

/// The collection with a background sampler over a test /proc.
class SlowPipelineTest : public CollectionPipelineTest {
 protected:
  CollectionPipeline make_slow(sampler::What what = {.pss = true, .sockets = true}) {
    auto lane = sampler::BackgroundSampler::start({.procfs = tree_.root(), .interval = std::chrono::hours{1}, .cpu_share = 1});
    EXPECT_TRUE(lane) << lane.error().message;
    lane_ = std::move(*lane);
    config::Config config;
    config.book.fallback_series = {.threads = {}, .processes = {}, .pss = what.pss, .sockets = what.sockets};
    CollectionPipeline pipeline{house_.parts(lane_.get()),
                                {.procfs = tree_.root(), .source_reason = "requested", .wait_channels = what.wait_channels},
                                house_.rules};
    pipeline.adopt(compile_rules(config).value());
    return pipeline;
  }
  event::Observation process(std::uint32_t tgid, std::string_view comm) {
    tree_.process(tgid, 600, 40);
    return living(tgid, comm, test::ProcTree::start_boottime_ns(600) + 5, 7'000);
  }

  test::ProcTree tree_;
  std::unique_ptr<sampler::BackgroundSampler> lane_;
};

TEST_F(SlowPipelineTest, ValuesAppearWithTheFirstCompletePass) {
  source_.tasks = {process(10, "postgres"), process(11, "postgres"), process(12, "sh")};
  tree_.socket(10, 3, 1);
  tree_.file("10/net/tcp", test::ProcTree::inet_line(10, 1));
  CollectionPipeline pipeline = make_slow();
  const auto before = pipeline.collect();
  ASSERT_TRUE(before);
  const auto pass = lane_->wait();
  const auto after = pipeline.collect();
  ASSERT_TRUE(after);
  EXPECT_EQ(find_group(**after, "postgres")->proportional_bytes, 80U * 1024);
  EXPECT_EQ(find_group(**after, "sh")->proportional_bytes, 40U * 1024);
  ASSERT_EQ(find_group(**after, "postgres")->sockets.size(), 1U);
  EXPECT_EQ(find_group(**after, "postgres")->sockets[0].protocol, "tcp");
  EXPECT_EQ(find_group(**after, "postgres")->sockets[0].state, "listen");
  EXPECT_EQ(find_group(**after, "postgres")->sockets[0].sockets, 1U);
  ASSERT_TRUE((*after)->slow_pass_seconds);
  EXPECT_NEAR(*(*after)->slow_pass_seconds, std::chrono::duration<double>(pass->began.time_since_epoch()).count(), 1e-6);
}

TEST_F(SlowPipelineTest, GroupDoesNotInheritTheValuesOfItsPredecessor) {
  source_.tasks = {process(10, "postgres")};
  CollectionPipeline pipeline = make_slow();
  ASSERT_TRUE(pipeline.collect());
  ASSERT_NE(lane_->wait(), nullptr);
  ASSERT_TRUE(find_group(**pipeline.collect(), "postgres")->proportional_bytes);
  // The id of the group goes to another name: the group was empty for a long time, and the table is full.
  auto& table = house_.grouping.table();
  ledger::ProcessFacts facts;
  facts.comm = source_.tasks[0].comm.view();
  const auto id = house_.grouping.decide(facts).group;
  const std::uint64_t hours_later = 1'000'000'000ULL * 3600 * 24;
  table.note_members(id, 0, hours_later);
  table.note_members(id, 0, 2 * hours_later);
  std::string successor;
  for (int i = 0; successor.empty() && i < 2000; ++i) {
    const std::string name = "g" + std::to_string(i);
    if (table.intern({name, {}}).group == id) successor = name;
  }
  ASSERT_NE(successor, "");
  const auto snapshot = pipeline.collect();
  ASSERT_TRUE(snapshot);
  ASSERT_NE(find_group(**snapshot, successor), nullptr);
  EXPECT_FALSE(find_group(**snapshot, successor)->proportional_bytes);
}

TEST_F(SlowPipelineTest, OnlyLivingProcessesWithMemoryAreSampled) {
  auto zombie = process(11, "z");
  zombie.state = event::State::kZombie;
  zombie.live_threads = 0;
  auto kernel_thread = process(12, "k");
  kernel_thread.kernel_thread = true;
  source_.tasks = {process(10, "postgres"), zombie, kernel_thread};
  CollectionPipeline pipeline = make_slow();
  ASSERT_TRUE(pipeline.collect());
  EXPECT_EQ(lane_->wait()->processes, 1U);
}

TEST_F(SlowPipelineTest, OnlyWhatIsWantedIsRead) {
  source_.tasks = {process(10, "postgres")};
  tree_.socket(10, 3, 1);
  tree_.file("10/net/tcp", test::ProcTree::inet_line(10, 1));
  CollectionPipeline pipeline = make_slow({.sockets = true});
  ASSERT_TRUE(pipeline.collect());
  ASSERT_NE(lane_->wait(), nullptr);
  const auto snapshot = pipeline.collect();
  ASSERT_TRUE(snapshot);
  EXPECT_FALSE(find_group(**snapshot, "postgres")->proportional_bytes);
  EXPECT_EQ(find_group(**snapshot, "postgres")->sockets.size(), 1U);
}

TEST_F(SlowPipelineTest, WhereNothingIsWantedThereIsNoPass) {
  source_.tasks = {process(10, "postgres")};
  CollectionPipeline pipeline = make_slow({});
  ASSERT_TRUE(pipeline.collect());
  EXPECT_EQ(lane_->latest(), nullptr);
  const auto snapshot = pipeline.collect();
  ASSERT_TRUE(snapshot);
  EXPECT_FALSE((*snapshot)->slow_pass_seconds);
}

TEST_F(SlowPipelineTest, CollectionDoesNotWaitForAPass) {
  source_.tasks = {process(10, "postgres")};
  tree_.remove("10/stat");
  const std::string path = tree_.fifo("10/stat");
  CollectionPipeline pipeline = make_slow();
  ASSERT_TRUE(pipeline.collect());
  const UniqueFd writer{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};  // returns when the pass blocks on the fifo
  ASSERT_TRUE(writer);
  for (int i = 0; i < 100; ++i) {
    const auto snapshot = pipeline.collect();
    ASSERT_TRUE(snapshot);
    EXPECT_EQ(find_group(**snapshot, "postgres")->account.processes, 1U);
    EXPECT_FALSE(find_group(**snapshot, "postgres")->proportional_bytes);
    EXPECT_FALSE((*snapshot)->slow_pass_seconds);
  }
}

TEST_F(CollectionPipelineTest, WithoutASamplerItsValuesAreAbsent) {
  source_.tasks = {living(10, "postgres", 600'000'000, 7'000)};
  const auto snapshot = make().collect();
  ASSERT_TRUE(snapshot);
  EXPECT_FALSE(find_group(**snapshot, "postgres")->proportional_bytes);
  EXPECT_TRUE(find_group(**snapshot, "postgres")->sockets.empty());
  EXPECT_FALSE((*snapshot)->slow_pass_seconds);
}

}  // namespace
}  // namespace procledger::collector
