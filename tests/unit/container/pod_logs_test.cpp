// SPDX-License-Identifier: Apache-2.0
#include "container/pod_logs.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <tuple>
#include <utility>

#include "container/keep.hpp"
#include "log_tree.hpp"

namespace procledger::container {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
const std::string kUid = "8a1b2c3d-1111-2222-3333-444455556666";
const std::string kId(64, 'c');
const std::string kOther(64, 'd');

/// Loses or refuses on request; else as inotify does it.
class FaultyWatcher final : public DirWatcher {
 public:
  explicit FaultyWatcher(const bool& refuse, const bool& overflow) : refuse_{refuse}, overflow_{overflow} {}
  std::optional<int> watch(const std::string& path) override { return refuse_ ? std::nullopt : inner_->watch(path); }
  void unwatch(int watch) override { inner_->unwatch(watch); }
  bool drain(const Visit& visit) override {
    return overflow_ ? (std::ignore = inner_->drain([](const DirEvent&) {}), false) : inner_->drain(visit);
  }

 private:
  const bool& refuse_;
  const bool& overflow_;
  std::unique_ptr<DirWatcher> inner_ = make_inotify_watcher();
};

class PodNames : public testing::Test {
 protected:
  /// "namespace/pod/container", a "?" after it when that may change.
  [[nodiscard]] std::string names(const std::string& uid, const std::string& id) const {
    const auto found = logs_.find(uid, id);
    return found ? found->namespace_ + "/" + found->pod + "/" + found->container + (found->certain ? "" : "?") : "(unknown)";
  }
  /// Whether that told anything new.
  bool refresh(std::uint64_t now_ns) {
    const auto before = logs_.version();
    logs_.refresh(now_ns);
    return logs_.version() != before;
  }

  bool refuse_{};
  bool overflow_{};
  test::LogTree tree_;
  PodLogs logs_{tree_.root(), std::make_unique<FaultyWatcher>(refuse_, overflow_)};
};

TEST_F(PodNames, LinkTellsAllOfAContainer) {
  tree_.pod("shop", "web-0", kUid, "app");
  tree_.pod("shop", "web-0", kUid, "side-car");
  tree_.link("shop", "web-0", kUid, "side-car", kId);
  EXPECT_TRUE(refresh(0));
  EXPECT_EQ(names(kUid, kId), "shop/web-0/side-car");
  EXPECT_EQ(names("", kId), "shop/web-0/side-car");
  EXPECT_EQ(names(kUid, kOther), "shop/web-0/?");
  EXPECT_EQ(names(kUid, ""), "shop/web-0/?");
  EXPECT_EQ(names("other", kOther), "(unknown)");
  EXPECT_FALSE(logs_.polling());
}

TEST_F(PodNames, OnlyContainerOfAPodWithoutLinksIsIt) {
  tree_.pod("shop", "web-0", kUid, "app");
  refresh(0);
  EXPECT_EQ(names(kUid, kId), "shop/web-0/app?");
  EXPECT_EQ(names(kUid, ""), "shop/web-0/?");
  tree_.pod("shop", "web-0", kUid, "debugger");
  EXPECT_TRUE(refresh(1));
  EXPECT_EQ(names(kUid, kId), "shop/web-0/?");
}

TEST_F(PodNames, SandboxIsNotTheOnlyContainerOnceALinkTellsWhoIs) {
  tree_.pod("shop", "web-0", kUid, "app");
  refresh(0);
  EXPECT_EQ(names(kUid, kOther), "shop/web-0/app?");
  tree_.link("shop", "web-0", kUid, "app", kId);
  EXPECT_TRUE(refresh(1));
  EXPECT_EQ(names(kUid, kId), "shop/web-0/app");
  EXPECT_EQ(names(kUid, kOther), "shop/web-0/?");
}

TEST_F(PodNames, CutLinkFallsBackToThePod) {
  const std::string pod(240, 'p');  // longer than any folder could be: only the target of the link tells
  tree_.link("n", pod, "u", "app", kId);
  tree_.pod("shop", "web-0", kUid, "app");
  const std::string long_container(200, 'x');
  tree_.link("shop", "web-0", kUid, long_container, kOther);
  refresh(0);
  EXPECT_EQ(logs_.containers(), 0U);
  EXPECT_EQ(names("u", kId), "n/" + pod + "/?");
  EXPECT_EQ(names(kUid, kId), "shop/web-0/app?");
}

TEST_F(PodNames, EventsTellWhatComesLater) {
  EXPECT_FALSE(refresh(0));
  tree_.pod("shop", "web-0", kUid, "app");
  tree_.link("shop", "web-0", kUid, "app", kId);
  EXPECT_TRUE(refresh(1));
  EXPECT_EQ(names(kUid, kId), "shop/web-0/app");
  EXPECT_FALSE(refresh(2));
}

TEST_F(PodNames, ContainerFolderThatComesAfterItsPodIsSeen) {
  std::filesystem::create_directory(tree_.path("pods/shop_web-0_" + kUid));
  EXPECT_TRUE(refresh(0));
  EXPECT_EQ(names(kUid, kId), "shop/web-0/?");
  tree_.pod("shop", "web-0", kUid, "app");
  ASSERT_TRUE(test::write_file(tree_.path("pods/shop_web-0_" + kUid + "/no-container"), ""));
  EXPECT_TRUE(refresh(1));
  EXPECT_EQ(names(kUid, kId), "shop/web-0/app?");
}

TEST_F(PodNames, NamesOutliveTheirFoldersByTenMinutes) {
  tree_.pod("shop", "web-0", kUid, "app");
  tree_.link("shop", "web-0", kUid, "app", kId);
  refresh(0);
  tree_.remove_pod("shop", "web-0", kUid);
  tree_.remove_link("shop", "web-0", "app", kId);
  EXPECT_FALSE(refresh(kSecond));
  refresh(kSecond + kKeepNs - 1);
  EXPECT_EQ(names(kUid, kId), "shop/web-0/app");
  EXPECT_EQ(names(kUid, ""), "shop/web-0/?");
  refresh(kSecond + kKeepNs);
  EXPECT_EQ(names(kUid, kId), "(unknown)");
  EXPECT_EQ(logs_.pods(), 0U);
  EXPECT_EQ(logs_.containers(), 0U);
}

TEST_F(PodNames, GuessedContainerOutlivesItsFolderToo) {
  tree_.pod("shop", "web-0", kUid, "app");
  refresh(0);
  tree_.remove_pod("shop", "web-0", kUid);
  refresh(1);
  EXPECT_EQ(names(kUid, kId), "shop/web-0/app?");
}

TEST_F(PodNames, WhatComesBackStays) {
  tree_.pod("shop", "web-0", kUid, "app");
  refresh(0);
  tree_.remove_pod("shop", "web-0", kUid);
  refresh(1);
  tree_.pod("shop", "web-0", kUid, "app");
  refresh(2);
  refresh(2 + kKeepNs);
  EXPECT_EQ(names(kUid, kId), "shop/web-0/app?");
}

TEST_F(PodNames, EachOfManyIsForgottenInItsTime) {
  tree_.pod("shop", "web-0", "u0", "app");
  tree_.pod("shop", "web-1", "u1", "app");
  refresh(0);
  tree_.remove_pod("shop", "web-0", "u0");
  refresh(kSecond);
  tree_.remove_pod("shop", "web-1", "u1");
  refresh(2 * kSecond);
  refresh(kSecond + kKeepNs);
  EXPECT_EQ(names("u0", ""), "(unknown)");
  EXPECT_EQ(names("u1", ""), "shop/web-1/?");
  refresh(2 * kSecond + kKeepNs);
  EXPECT_EQ(names("u1", ""), "(unknown)");
}

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
  std::filesystem::remove_all(tree_.path("pods"));  // the new one may well have the same inode
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
  inotify.unwatch(*watch);  // as the kernel does when the directory goes; the next one may have its inode
  logs.refresh(1);
  tree_.pod("shop", "web-0", kUid, "app");
  logs.refresh(2);
  EXPECT_TRUE(logs.find(kUid, kId));
}

TEST_F(PodNames, FolderThatWasMovedAwayUnseenTellsNothingMore) {
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

TEST_F(PodNames, StrangeNamesAreLeftAlone) {
  std::filesystem::create_directory(tree_.path("pods/lost+found"));
  std::filesystem::create_directory(tree_.path("pods/a_b_c_d"));
  ASSERT_TRUE(test::write_file(tree_.path("containers/README"), ""));
  ASSERT_TRUE(test::write_file(tree_.path("containers/p_n_c-" + kId + ".log"), ""));  // a file, not a link: its name is enough
  refresh(0);
  EXPECT_EQ(logs_.pods(), 0U);
  EXPECT_EQ(names("", kId), "n/p/c");
}

TEST_F(PodNames, NoFolderGivenIsNothingToRead) {
  PodLogs none{""};
  none.refresh(0);
  EXPECT_EQ(none.version(), 0U);
  EXPECT_FALSE(none.polling());
}

TEST_F(PodNames, FiveHundredPodsAreReadAndFollowed) {
  const auto uid = [](int i) { return "uid-" + std::to_string(i); };
  const auto id = [](int i) { return std::string(60, 'e') + std::to_string(1000 + i); };
  const auto make = [&](int i) {
    tree_.pod("ns", "pod-" + std::to_string(i), uid(i), "app");
    tree_.link("ns", "pod-" + std::to_string(i), uid(i), "app", id(i));
  };
  for (int i = 0; i < 500; ++i) make(i);
  refresh(0);
  EXPECT_EQ(logs_.pods(), 500U);
  for (int i = 500; i < 600; ++i) make(i);
  for (int i = 0; i < 100; ++i) tree_.remove_pod("ns", "pod-" + std::to_string(i), uid(i));
  refresh(kSecond);
  for (int i = 0; i < 600; ++i) EXPECT_EQ(names(uid(i), id(i)), "ns/pod-" + std::to_string(i) + "/app");
  EXPECT_FALSE(logs_.polling());
  refresh(kSecond + kKeepNs - 1);
  EXPECT_EQ(logs_.pods(), 600U);
}

}  // namespace
}  // namespace procledger::container
