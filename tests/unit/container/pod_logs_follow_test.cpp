// SPDX-License-Identifier: Apache-2.0
#include "host/container/pod_names.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>

#include "host/container/cgroup_index.hpp"
#include "pod_names.hpp"

namespace procledger::container {
namespace {

TEST_F(PodNames, LostEventsAreMadeGoodByReading) {
  tree_.pod("shop", "old", "u0", "app");
  refresh(0);
  tree_.remove_pod("shop", "old", "u0");
  tree_.pod("shop", "web-0", kUid, "app");
  tree_.link("shop", "web-0", kUid, "app", kId);
  overflow_ = true;
  EXPECT_TRUE(refresh(kSecond));
  EXPECT_EQ(names(kUid, kId), "shop/web-0/app");
  overflow_ = false;
  refresh(kSecond + kKeepNs);
  EXPECT_EQ(names("u0", ""), "(unknown)");
  EXPECT_EQ(names(kUid, kId), "shop/web-0/app");
}

TEST_F(PodNames, RefusedWatchesAreReplacedByReadingNowAndThen) {
  refuse_ = true;
  refresh(0);
  EXPECT_TRUE(logs_.polling());
  tree_.pod("shop", "web-0", kUid, "app");
  EXPECT_FALSE(refresh(kSecond));
  EXPECT_TRUE(refresh(10 * kSecond));
  EXPECT_EQ(names(kUid, kId), "shop/web-0/app?");
  refuse_ = false;
  refresh(20 * kSecond);
  EXPECT_FALSE(logs_.polling());
  tree_.pod("shop", "web-0", kUid, "other");
  EXPECT_TRUE(refresh(21 * kSecond));
}

TEST_F(PodNames, DirectoriesMayComeLater) {
  std::filesystem::remove(tree_.path("pods"));
  std::filesystem::remove(tree_.path("containers"));
  EXPECT_FALSE(refresh(0));
  std::filesystem::create_directory(tree_.path("containers"));
  tree_.pod("shop", "web-0", kUid, "app");
  tree_.link("shop", "web-0", kUid, "app", kId);
  EXPECT_TRUE(refresh(1));
  EXPECT_EQ(names(kUid, kId), "shop/web-0/app");
  tree_.pod("shop", "web-1", "u1", "app");
  EXPECT_TRUE(refresh(2));
}

TEST_F(PodNames, ReplacedDirectoryIsFollowed) {
  tree_.pod("shop", "web-0", "u0", "app");
  refresh(0);
  std::filesystem::rename(tree_.path("pods"), tree_.path("pods.old"));
  tree_.pod("shop", "web-1", "u1", "app");
  EXPECT_TRUE(refresh(1));
  EXPECT_EQ(names("u1", kId), "shop/web-1/app?");
  tree_.pod("shop", "web-2", "u2", "app");
  EXPECT_TRUE(refresh(2));
  EXPECT_EQ(names("u2", kId), "shop/web-2/app?");
  refresh(1 + kKeepNs);
  EXPECT_EQ(names("u0", kId), "(unknown)");
}

TEST_F(PodNames, DirectoryThatGoesAndComesIsFollowed) {
  for (int round = 0; round < 3; ++round) {
    std::filesystem::remove_all(tree_.path("pods"));
    refresh(0);
    std::filesystem::create_directory(tree_.path("pods"));
    refresh(1);
    const std::string uid = "u" + std::to_string(round);
    tree_.pod("shop", "web", uid, "app");
    EXPECT_TRUE(refresh(2));
    EXPECT_EQ(names(uid, kId), "shop/web/app?");
  }
}

TEST_F(PodNames, DirectoryThatWasMadeAnewBetweenIsFollowed) {
  tree_.pod("shop", "web-0", "u0", "app");
  refresh(0);
  std::filesystem::remove_all(tree_.path("pods"));  // the new folder may have the same inode
  std::filesystem::create_directory(tree_.path("pods"));
  refresh(1);
  tree_.pod("shop", "web-1", "u1", "app");
  EXPECT_TRUE(refresh(2));
  EXPECT_EQ(names("u1", kId), "shop/web-1/app?");
}

TEST_F(PodNames, PodThatWasMadeAnewUnderItsNameIsFollowed) {
  tree_.pod("shop", "web-0", kUid, "a");
  refresh(0);
  tree_.remove_pod("shop", "web-0", kUid);
  std::filesystem::create_directory(tree_.path("pods/shop_web-0_" + kUid));
  refresh(1);
  tree_.pod("shop", "web-0", kUid, "b");
  EXPECT_TRUE(refresh(2));
}

TEST_F(PodNames, WatchThatEndsIsReplaced) {
  auto watcher = make_inotify_watcher();
  DirWatcher& inotify = *watcher;
  PodLogs logs{tree_.root(), std::move(watcher)};
  logs.refresh(0);
  const auto watch = inotify.watch(tree_.path("pods"));
  ASSERT_TRUE(watch);
  inotify.unwatch(*watch);  // as the kernel does when a directory is removed; the next directory may have its inode
  logs.refresh(1);
  tree_.pod("shop", "web-0", kUid, "app");
  logs.refresh(2);
  EXPECT_TRUE(logs.find(kUid, kId));
}

TEST_F(PodNames, FolderThatWasMovedAwayUnseenHasNoMoreEvents) {
  tree_.pod("shop", "web-0", kUid, "app");
  refresh(0);
  std::filesystem::rename(tree_.path("pods/shop_web-0_" + kUid), tree_.path("away"));
  tree_.pod("shop", "web-0", kUid, "app");
  overflow_ = true;
  refresh(1);
  overflow_ = false;
  std::filesystem::create_directory(tree_.path("away/stranger"));
  EXPECT_FALSE(refresh(2));
  EXPECT_EQ(names(kUid, kId), "shop/web-0/app?");
}

}  // namespace
}  // namespace procledger::container
