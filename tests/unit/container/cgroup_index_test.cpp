// SPDX-License-Identifier: Apache-2.0
#include "host/container/cgroup_index.hpp"

#include <gtest/gtest.h>

#include <string>

#include "cgroup_tree.hpp"

#include "unit/container/pod_names.hpp"

namespace procledger::container {
namespace {

class CgroupIds : public testing::Test {
 protected:
  static std::string path(const CgroupIndex& index, std::uint64_t id) {
    const std::string* const found = index.find(id);
    return found != nullptr ? *found : "(unknown)";
  }
  static std::string resolved(CgroupIndex& index, std::uint64_t id, std::uint64_t now_ns) {
    const std::string* const found = index.resolve(id, now_ns);
    return found != nullptr ? *found : "(unknown)";
  }
  [[nodiscard]] std::string path(std::uint64_t id) const { return path(index_, id); }

  test::CgroupTree tree_;
  CgroupIndex index_{tree_.mount()};
};

TEST_F(CgroupIds, ScanMapsInodesToPaths) {
  const auto web = tree_.make("/system.slice/web.service");
  ASSERT_TRUE(index_.scan(0));
  EXPECT_EQ(path(web), "/system.slice/web.service");
  EXPECT_EQ(path(tree_.id("/")), "/");
  EXPECT_EQ(index_.size(), 3U);
}

TEST_F(CgroupIds, MountOfAPartPutsTheRestBefore) {
  const auto web = tree_.make("/web");
  CgroupIndex part{tree_.mount("/docker/x")};
  ASSERT_TRUE(part.scan(0));
  EXPECT_EQ(path(part, web), "/docker/x/web");
  EXPECT_EQ(path(part, tree_.id("/")), "/docker/x");
}

TEST_F(CgroupIds, VersionRisesOnlyWithNews) {
  tree_.make("/a");
  ASSERT_TRUE(index_.scan(0));
  const auto before = index_.version();
  ASSERT_TRUE(index_.scan(1));
  index_.learn(tree_.id("/a"), "/a");
  EXPECT_EQ(index_.version(), before);
  tree_.make("/b");
  ASSERT_TRUE(index_.scan(2));
  EXPECT_EQ(index_.version(), before + 1);
}

TEST_F(CgroupIds, RenamedDirectoryHasItsNewPathAfterTheNextScan) {
  const auto inner = tree_.make("/old/inner");
  ASSERT_TRUE(index_.scan(0));
  const auto before = index_.version();
  tree_.rename("/old", "/new");
  ASSERT_TRUE(index_.scan(1));
  EXPECT_EQ(path(inner), "/new/inner");
  EXPECT_EQ(index_.version(), before + 2);
}

TEST_F(CgroupIds, LearntPathIsKnownAndCorrected) {
  index_.learn(77, "/a");
  EXPECT_EQ(path(77), "/a");
  index_.learn(77, "/b");
  EXPECT_EQ(path(77), "/b");
  index_.learn(78, "");
  index_.learn(79, std::string(5000, 'x'));
  EXPECT_EQ(path(78), "(unknown)");
  EXPECT_EQ(path(79), "(unknown)");
}

TEST_F(CgroupIds, ForgottenPathIsKnownForTenMinutes) {
  index_.learn(77, "/a");
  index_.forget(77, kSecond);
  index_.forget(77, 5 * kSecond);  // reported twice: the first time counts
  index_.forget(99, kSecond);
  index_.expire(kSecond + kKeepNs - 1);
  EXPECT_EQ(path(77), "/a");
  index_.expire(kSecond + kKeepNs);
  EXPECT_EQ(path(77), "(unknown)");
  EXPECT_EQ(index_.size(), 0U);
}

TEST_F(CgroupIds, VanishedDirectoryIsForgottenByAScan) {
  const auto web = tree_.make("/web");
  ASSERT_TRUE(index_.scan(0));
  tree_.remove("/web");
  ASSERT_TRUE(index_.scan(kSecond));
  ASSERT_TRUE(index_.scan(100 * kSecond));
  index_.expire(kSecond + kKeepNs - 1);
  EXPECT_EQ(path(web), "/web");
  index_.expire(kSecond + kKeepNs);
  EXPECT_EQ(path(web), "(unknown)");
}

TEST_F(CgroupIds, RevivedPathStays) {
  index_.learn(77, "/a");
  index_.forget(77, 0);
  index_.learn(77, "/a");
  index_.expire(kKeepNs);
  EXPECT_EQ(path(77), "/a");
}

TEST_F(CgroupIds, ScanThatFailsForgetsNothing) {
  const auto web = tree_.make("/web");
  ASSERT_TRUE(index_.scan(0));
  tree_.remove("");
  EXPECT_EQ(index_.scan(kSecond).error().kind, ErrorKind::kGone);
  index_.expire(2 * kKeepNs);
  EXPECT_EQ(path(web), "/web");
}

TEST_F(CgroupIds, ScanThatWasCutForgetsNothing) {
  const auto web = tree_.make("/web");
  CgroupIndex index{tree_.mount(), {.scan = {.directories = 2}}};
  ASSERT_TRUE(index.scan(0));
  index.learn(77, "/other");
  tree_.make("/web/inner");
  ASSERT_TRUE(index.scan(kSecond));
  index.expire(2 * kKeepNs);
  EXPECT_EQ(path(index, web), "/web");
  EXPECT_EQ(path(index, 77), "/other");
}

TEST_F(CgroupIds, ScanOfAPartForgetsOnlyWhatLiesInIt) {
  CgroupIndex part{tree_.mount("/docker/x")};
  part.learn(70, "/docker/x/web");
  part.learn(71, "/docker/xy");
  part.learn(72, "/system.slice");
  ASSERT_TRUE(part.scan(0));
  part.expire(kKeepNs);
  EXPECT_EQ(path(part, 70), "(unknown)");
  EXPECT_EQ(path(part, 71), "/docker/xy");
  EXPECT_EQ(path(part, 72), "/system.slice");
}

TEST_F(CgroupIds, UnknownIdCausesAScanEveryFewSecondsAtMost) {
  const auto a = tree_.make("/a");
  EXPECT_EQ(resolved(index_, a, kSecond), "/a");
  const auto b = tree_.make("/b");
  EXPECT_EQ(resolved(index_, b, 2 * kSecond), "(unknown)");
  EXPECT_FALSE(index_.missing(b));
  EXPECT_EQ(resolved(index_, b, 6 * kSecond), "/b");
}

TEST_F(CgroupIds, IdThatAScanDidNotShowCausesNoOther) {
  EXPECT_EQ(resolved(index_, 1, kSecond), "(unknown)");
  EXPECT_TRUE(index_.missing(1));
  EXPECT_EQ(resolved(index_, 1, 100 * kSecond), "(unknown)");
  EXPECT_EQ(index_.last_scan_ns(), kSecond);
  index_.learn(1, "/late");
  EXPECT_EQ(resolved(index_, 1, 101 * kSecond), "/late");
  EXPECT_FALSE(index_.missing(1));
  EXPECT_EQ(index_.recovered(), 1U);
}

TEST_F(CgroupIds, TreeThatCannotBeReadYetIsTriedAgain) {
  CgroupIndex index{{tree_.root() + "/later", ""}};
  EXPECT_EQ(resolved(index, 1, kSecond), "(unknown)");
  EXPECT_FALSE(index.missing(1));
  const auto a = tree_.make("/later/a");
  EXPECT_EQ(resolved(index, a, 10 * kSecond), "/a");
}

TEST_F(CgroupIds, FullIndexDropsTheOldestForgottenFirst) {
  CgroupIndex index{tree_.mount(), {.entries = 3}};
  for (const std::uint64_t id : {1U, 2U, 3U}) index.learn(id, "/" + std::to_string(id));
  index.forget(2, 10);
  index.forget(1, 20);
  index.learn(4, "/4");
  EXPECT_EQ(path(index, 2), "(unknown)");
  EXPECT_EQ(path(index, 1), "/1");
  EXPECT_EQ(path(index, 4), "/4");
  index.learn(5, "/5");
  EXPECT_EQ(path(index, 1), "(unknown)");
  EXPECT_EQ(index.refused(), 0U);
}

TEST_F(CgroupIds, FullIndexOfTheLivingRefusesNewOnes) {
  CgroupIndex index{tree_.mount(), {.entries = 2}};
  for (const std::uint64_t id : {1U, 2U, 3U}) index.learn(id, "/x");
  EXPECT_EQ(index.size(), 2U);
  EXPECT_EQ(path(index, 3), "(unknown)");
  EXPECT_EQ(index.refused(), 1U);
}

TEST_F(CgroupIds, PathsTogetherAreBoundedToo) {
  CgroupIndex index{tree_.mount(), {.bytes = 10}};
  index.learn(1, "/2345");
  index.learn(2, "/2345");
  index.learn(3, "/");
  EXPECT_EQ(path(index, 3), "(unknown)");
  index.forget(1, 0);
  index.learn(3, "/2345");
  EXPECT_EQ(path(index, 1), "(unknown)");
  EXPECT_EQ(path(index, 3), "/2345");
  index.forget(2, 1);
  index.expire(2 * kKeepNs);
  index.learn(4, "/2345");
  EXPECT_EQ(path(index, 4), "/2345");
}

}  // namespace
}  // namespace procledger::container
