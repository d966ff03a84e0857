// SPDX-License-Identifier: Apache-2.0
#include "core/proctree/value_table.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace procledger::proctree {
namespace {

Run run_of(std::uint64_t cpu_ms) {
  Run run;
  run.wall_ns = 1'000'000'000;
  run.values.cpu.user_ns = cpu_ms * 1'000'000;
  run.kernel.lives = true;
  return run;
}

TEST(Scalars, NamesAreDifferent) {
  std::set<std::string_view> names;
  for (const Scalar& scalar : scalars()) EXPECT_TRUE(names.insert(scalar.key).second) << scalar.key;
}

TEST(Scalars, UnknownValuesAreAbsent) {
  const proctree::Run run = run_of(1);
  for (const char* key : {"run_queue_wait_seconds", "storage_read_bytes", "io_read_bytes", "peak_memory_bytes", "estimated_cpu_seconds"}) {
    EXPECT_EQ(scalar(key).of(run), std::nullopt) << key;
  }
  EXPECT_EQ(scalar("exits_ok").of(run), 0.0);
  proctree::Run blind = run;
  blind.kernel.lives = false;
  EXPECT_EQ(scalar("exits_ok").of(blind), std::nullopt);
}

TEST(Scalars, MeanAndDeviationOfTheSample) {
  const std::array runs{run_of(100), run_of(200), run_of(300)};
  const auto cpu = spread(scalar("cpu_seconds"), runs);
  ASSERT_TRUE(cpu);
  EXPECT_DOUBLE_EQ(cpu->mean, 0.2);
  EXPECT_NEAR(cpu->deviation, 0.1, 1e-12);
  EXPECT_NEAR(spread(scalar("cpus_used"), runs)->mean, 0.2, 1e-12);
  EXPECT_EQ(spread(scalar("cpu_seconds"), std::span{runs}.first(1))->deviation, 0);
  EXPECT_EQ(spread(scalar("peak_memory_bytes"), runs), std::nullopt);
}

TEST(Scalars, StatusesAreAsAShellHasThem) {
  EXPECT_EQ(shell_status(7 << 8), 7);
  EXPECT_EQ(shell_status(9), 137);
  EXPECT_EQ(shell_status(11 | 0x80), 139);
  EXPECT_EQ(ending_signal(11 | 0x80), 11);
}

TEST(Qualities, FollowTheSourceAndItsLosses) {
  proctree::Run run = run_of(1);
  EXPECT_EQ(qualities(run).cpu, Quality::kExact);
  run.losses = {{.cause = "ring_fork", .records = 1}};
  EXPECT_EQ(qualities(run).cpu, Quality::kAtLeast);
  EXPECT_EQ(qualities(run).processes, Quality::kAtLeast);
  proctree::Run taskstats = run_of(1);
  taskstats.kernel.estimates = true;
  EXPECT_EQ(qualities(taskstats).cpu, Quality::kEstimated);
  EXPECT_EQ(qualities(taskstats).processes, Quality::kExact);
  EXPECT_EQ(qualities(taskstats).work, Quality::kAtLeast);
  taskstats.kernel.lives = false;
  EXPECT_EQ(qualities(taskstats).processes, Quality::kAtLeast);
}

TEST(Complete, MissingTimeIsAnEstimateOfItsOwn) {
  Values values;
  values.cpu = {.user_ns = 60, .system_ns = 0};
  values.total.cpu_ns = 60;
  values.programs = {{.name = "a", .total = {.cpu_ns = 50}, .cpu = {}, .peak_bytes = {}},
                     {.name = "b", .total = {.cpu_ns = 10}, .cpu = {}, .peak_bytes = {}}};
  complete(values, {.cpu_ns = 100, .user_ticks_ns = 70, .system_ticks_ns = 30, .minor_faults = 5}, 4096);
  EXPECT_EQ(values.cpu_ns(), 100u);
  EXPECT_EQ(values.cpu.system_ns, 30u);
  EXPECT_EQ(values.estimated_ns, 40u);
  EXPECT_EQ(values.total.minor_faults, 5u);
  EXPECT_EQ(values.largest_bytes, 4096u);
  ASSERT_EQ(values.programs.size(), 3u);
  EXPECT_EQ(values.programs[1].name, "(unseen)");
}

TEST(Complete, NothingIsTakenAway) {
  Values values;
  values.cpu = {.user_ns = 60, .system_ns = 0};
  values.total = {.cpu_ns = 60, .minor_faults = 9};
  values.largest_bytes = 8192;
  values.largest_program = "a";
  complete(values, {.cpu_ns = 50, .minor_faults = 5}, 4096);
  EXPECT_EQ(values.cpu_ns(), 60u);
  EXPECT_EQ(values.estimated_ns, 0u);
  EXPECT_EQ(values.total.minor_faults, 9u);
  EXPECT_EQ(values.largest_program, "a");
}

}  // namespace
}  // namespace procledger::proctree
