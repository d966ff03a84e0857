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

TEST(SnapshotJson, CarriesTheFiguresOfAGroup) {
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
