// SPDX-License-Identifier: Apache-2.0
#include "exposition/snapshot_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "golden/sample_snapshot.hpp"

namespace procledger::exposition {
namespace {

using nlohmann::json;
using test::sample_build;
using test::sample_snapshot;

json parsed(const metrics::Snapshot& snapshot) { return json::parse(snapshot_json(snapshot, sample_build())); }

TEST(SnapshotJson, CarriesTheValuesOfAGroup) {
  const auto group = parsed(sample_snapshot())["groups"][0];
  EXPECT_EQ(group["name"], "postgres");
  EXPECT_EQ(group["labels"], json({{"team", "storage"}}));
  EXPECT_EQ(group["cpu_seconds"]["user"], 12345678.998765433);
  EXPECT_EQ(group["exits"], json({{"ok", 11}, {"error", 2}, {"signal", 1}}));
  EXPECT_EQ(group["lifetimes"]["counts"], json({5, 0, 3, 2, 0, 0, 1, 3}));
}

TEST(SnapshotJson, UnknownHasNoKey) {
  const auto page = parsed({});
  EXPECT_FALSE(page.contains("host"));
  EXPECT_EQ(page["groups"], json::array());
  const auto sample = parsed(sample_snapshot());
  EXPECT_FALSE(sample["host"].contains("steal_seconds"));
  EXPECT_FALSE(sample["groups"][2].contains("oldest_start_time_seconds"));
  EXPECT_FALSE(sample["lost"][0].contains("cpu_seconds"));
}

TEST(SnapshotJson, ListsAreThereThoughTheyAreEmpty) {
  const auto page = parsed({});
  for (const char* list : {"processes", "lost", "sources"}) EXPECT_EQ(page[list], json::array()) << list;
  EXPECT_EQ(page["bpf_recursion_misses"], json::object());
}

TEST(SnapshotJson, MetricsOfOneThingAreOneElementOfAList) {
  const auto page = parsed(sample_snapshot());
  EXPECT_EQ(page["lost"][1], json({{"cause", "unnamed"}, {"records", 2}, {"cpu_seconds", 0.0015}}));
  EXPECT_EQ(page["sources"],
            json::array({{{"name", "bpf"}, {"active", true}, {"reason", "best"}}, {{"name", "proc"}, {"active", false}, {"reason", ""}}}));
  EXPECT_EQ(page["processes"].size(), 3U);
  EXPECT_EQ(page["processes"][0], json({{"user", "postgres"}, {"state", "running"}, {"processes", 1}}));
}

TEST(SnapshotJson, LabelsOfAnInfoAreKeys) {
  const auto page = parsed(sample_snapshot());
  EXPECT_EQ(page["kernel"], json({{"btf", true}, {"irq_time", true}, {"steal_time", false}, {"cgroup", "hybrid"}}));
  EXPECT_EQ(page["build"], json({{"version", "1.2.3"}, {"revision", "0123456789ab"}, {"compiler", "gcc 12.2.0"}}));
}

// A user may have any name.
TEST(SnapshotJson, UserCalledTrueIsAUser) {
  metrics::Snapshot snapshot;
  snapshot.users = {{"true", event::State::kIdle, 1}};
  EXPECT_EQ(parsed(snapshot)["processes"][0]["user"], "true");
}

TEST(SnapshotJson, ReloadsAreOfTheDaemon) {
  EXPECT_FALSE(parsed(sample_snapshot()).contains("config"));
  const auto page = json::parse(snapshot_json(sample_snapshot(), sample_build(), test::sample_daemon()));
  EXPECT_EQ(page["config"], json({{"last_reload_successful", false}, {"last_reload_success_timestamp_seconds", 1764000001.5}}));
}

TEST(SnapshotJson, HostileNamesAreStillJson) {
  EXPECT_EQ(parsed(sample_snapshot())["groups"][1]["name"], "a\"b\\c\nd\xEF\xBF\xBD{},= \xE2\x82\xAC");
}

TEST(SnapshotJson, SwitchedOffHistogramIsAbsent) {
  auto snapshot = sample_snapshot();
  snapshot.lifetime_histogram = false;
  EXPECT_FALSE(parsed(snapshot)["groups"][0].contains("lifetimes"));
}

}  // namespace
}  // namespace procledger::exposition
