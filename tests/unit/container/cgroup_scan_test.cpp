// SPDX-License-Identifier: Apache-2.0
#include "host/container/cgroup_scan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <thread>

#include "cgroup_tree.hpp"

namespace procledger::container {
namespace {

using testing::ElementsAre;
using testing::Key;
using testing::Pair;
using testing::UnorderedElementsAre;

class CgroupScanTest : public testing::Test {
 protected:
  using Found = std::map<std::string, std::uint64_t>;

  /// @param meanwhile  called after each directory, with its path
  Found scan(const std::function<void(const std::string&)>& meanwhile = [](const std::string&) {}) {
    Found found;
    const auto complete = scan_cgroups(tree_.root(), limits_, [&](std::uint64_t id, std::string_view path) {
      found[std::string{path}] = id;
      meanwhile(std::string{path});
    });
    EXPECT_TRUE(complete) << complete.error().message;
    complete_ = complete.value_or(false);
    return found;
  }

  test::CgroupTree tree_;
  ScanLimits limits_;
  bool complete_{};
};

TEST_F(CgroupScanTest, EveryDirectoryHasItsInodeAndPath) {
  const auto a = tree_.make("/a");
  const auto c = tree_.make("/b/c d");
  EXPECT_THAT(scan(), UnorderedElementsAre(Pair("", tree_.id("/")), Pair("/a", a), Pair("/b", tree_.id("/b")), Pair("/b/c d", c)));
  EXPECT_TRUE(complete_);
}

TEST_F(CgroupScanTest, FilesAndLinksAreNoCgroups) {
  tree_.make("/a");
  ASSERT_TRUE(test::write_file(tree_.root() + "/cgroup.procs", "1\n"));
  std::filesystem::create_directory_symlink("/", tree_.root() + "/link");
  EXPECT_THAT(scan(), UnorderedElementsAre(Key(""), Key("/a")));
}

TEST_F(CgroupScanTest, NoRootIsAnError) {
  const auto complete = scan_cgroups(tree_.root() + "/none", limits_, [](std::uint64_t, std::string_view) {});
  ASSERT_FALSE(complete);
  EXPECT_EQ(complete.error().kind, ErrorKind::kGone);
}

TEST_F(CgroupScanTest, WhatVanishesMeanwhileIsLeftOut) {
  for (const char* parent : {"/a", "/b", "/c"}) tree_.make(std::string{parent} + "/x/y");
  // The scan meets one of the three directories first; the others are removed before the scan reaches them.
  std::string first;
  const auto found = scan([&](const std::string& path) {
    if (path.empty() || !first.empty()) return;
    first = path;
    for (const char* parent : {"/a", "/b", "/c"}) {
      if (first != parent) tree_.remove(parent);
    }
  });
  EXPECT_THAT(found, UnorderedElementsAre(Key(""), Key(first), Key(first + "/x"), Key(first + "/x/y")));
  EXPECT_TRUE(complete_);
}

TEST_F(CgroupScanTest, DirectoryThatVanishesDuringTheScanEndsThere) {
  tree_.make("/a/x/y");
  const auto found = scan([&](const std::string& path) {
    if (path == "/a/x") tree_.remove("/a");
  });
  EXPECT_THAT(found, UnorderedElementsAre(Key(""), Key("/a"), Key("/a/x")));
  EXPECT_TRUE(complete_);
}

TEST_F(CgroupScanTest, RenamedParentStillLeadsToItsOwnChildren) {
  const auto y = tree_.make("/a/x/y");
  std::uint64_t stranger = 0;
  const auto found = scan([&](const std::string& path) {
    if (path != "/a/x") return;
    tree_.rename("/a", "/z");
    stranger = tree_.make("/a/x/y");  // a second lookup of the path would end here
  });
  const auto at = std::find_if(found.begin(), found.end(), [&](const auto& entry) { return entry.second == y; });
  ASSERT_NE(at, found.end());
  EXPECT_NE(y, stranger);
}

TEST_F(CgroupScanTest, LimitsCutWhatIsBeyondThem) {
  tree_.make("/a/b/c");
  limits_.depth = 2;
  EXPECT_THAT(scan(), ElementsAre(Key(""), Key("/a"), Key("/a/b")));
  EXPECT_TRUE(complete_);
  limits_ = {.path_bytes = 3};
  EXPECT_THAT(scan(), ElementsAre(Key(""), Key("/a")));
  EXPECT_TRUE(complete_);
  limits_ = {.directories = 3};
  EXPECT_THAT(scan(), ElementsAre(Key(""), Key("/a"), Key("/a/b")));
  EXPECT_FALSE(complete_);
}

TEST_F(CgroupScanTest, StableDirectoriesAreFoundWhileOthersChurn) {
  for (int i = 0; i < 20; ++i) tree_.make("/stable" + std::to_string(i) + "/inner");
  std::atomic<bool> stop{false};
  std::thread churn{[&] {
    for (int i = 0; !stop; ++i) {
      const std::string path = "/churn" + std::to_string(i % 7);
      tree_.make(path + "/x/y");
      tree_.rename(path, path + "renamed");
      tree_.remove(path + "renamed");
    }
  }};
  int missed = 0;
  for (int round = 0; round < 100; ++round) {
    const auto found = scan();
    for (int i = 0; i < 20; ++i) missed += found.contains("/stable" + std::to_string(i) + "/inner") ? 0 : 1;
  }
  stop = true;
  churn.join();
  EXPECT_EQ(missed, 0);
}

}  // namespace
}  // namespace procledger::container
