// SPDX-License-Identifier: Apache-2.0
#include "host/container/pod_names.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "host/container/cgroup_index.hpp"
#include "pod_names.hpp"

namespace procledger::container {
namespace {

TEST_F(PodNames, LinkNamesAContainerCompletely) {
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

TEST_F(PodNames, SandboxIsNotTheOnlyContainerOnceALinkNamesOne) {
  tree_.pod("shop", "web-0", kUid, "app");
  refresh(0);
  EXPECT_EQ(names(kUid, kOther), "shop/web-0/app?");
  tree_.link("shop", "web-0", kUid, "app", kId);
  EXPECT_TRUE(refresh(1));
  EXPECT_EQ(names(kUid, kId), "shop/web-0/app");
  EXPECT_EQ(names(kUid, kOther), "shop/web-0/?");
}

TEST_F(PodNames, CutLinkFallsBackToThePod) {
  const std::string pod(240, 'p');  // longer than a folder name can be: only the target of the link has the name
  tree_.link("n", pod, "u", "app", kId);
  tree_.pod("shop", "web-0", kUid, "app");
  const std::string long_container(200, 'x');
  tree_.link("shop", "web-0", kUid, long_container, kOther);
  refresh(0);
  EXPECT_EQ(logs_.containers(), 0U);
  EXPECT_EQ(names("u", kId), "n/" + pod + "/?");
  EXPECT_EQ(names(kUid, kId), "shop/web-0/app?");
}

TEST_F(PodNames, EventsReportWhatComesLater) {
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
