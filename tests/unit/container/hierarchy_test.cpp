// SPDX-License-Identifier: Apache-2.0
#include "host/container/hierarchy.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/proc_tree.hpp"

namespace procledger::container {
namespace {

const std::string kUnified = "30 20 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate\n";
const std::string kCpu = "31 20 0:27 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n";
const std::string kCpuacct = "32 20 0:28 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n";
const std::string kSystemd = "33 20 0:29 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n";
const std::string kAll = kUnified + kCpu + kCpuacct + kSystemd;

std::string point(const Result<CgroupMount>& found) { return found ? found->point : found.error().message; }

TEST(CgroupMountPoint, EachHierarchyIsFound) {
  EXPECT_EQ(point(parse_cgroup_mount(kAll, Hierarchy::kUnified)), "/sys/fs/cgroup/unified");
  EXPECT_EQ(point(parse_cgroup_mount(kAll, Hierarchy::kCpuacct)), "/sys/fs/cgroup/cpu,cpuacct");
  EXPECT_EQ(point(parse_cgroup_mount(kAll, Hierarchy::kSystemd)), "/sys/fs/cgroup/systemd");
}

TEST(CgroupMountPoint, MissingOneIsUnsupportedAndNamed) {
  const auto found = parse_cgroup_mount(kUnified + kCpu, Hierarchy::kCpuacct);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(found.error().message, "no cgroup v1 hierarchy with cpuacct is mounted");
}

TEST(CgroupMountPoint, OptionThatContainsTheNameIsNotIt) {
  const std::string other = "32 20 0:28 / /x rw - cgroup cgroup rw,mycpuacct\n34 20 0:30 / /y rw - tmpfs cpuacct rw,cpuacct\n";
  EXPECT_FALSE(parse_cgroup_mount(other, Hierarchy::kCpuacct));
}

TEST(CgroupMountPoint, WholeHierarchyIsPreferredToAPartOfIt) {
  const std::string part = "40 20 0:26 /docker/abc /part rw - cgroup2 cgroup2 rw\n";
  const auto only_part = parse_cgroup_mount(part, Hierarchy::kUnified);
  ASSERT_TRUE(only_part);
  EXPECT_EQ(only_part->root, "/docker/abc");
  for (const std::string& text : {part + kUnified, kUnified + part}) {
    const auto whole = parse_cgroup_mount(text, Hierarchy::kUnified);
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->point, "/sys/fs/cgroup/unified");
    EXPECT_EQ(whole->root, "");
  }
}

TEST(CgroupMountPoint, RootAboveTheOwnNamespaceIsARoot) {
  const auto found = parse_cgroup_mount("40 20 0:26 /../.. /host rw - cgroup2 cgroup2 rw\n", Hierarchy::kUnified);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->root, "");
}

TEST(CgroupMountPoint, OverrideTakesOnlyMountsAtOrBelowIt) {
  const std::string host =
      "50 20 0:26 / /host/cgroup/unified rw - cgroup2 cgroup2 rw\n51 20 0:26 / /host/cgroups rw - cgroup2 cgroup2 rw\n";
  EXPECT_EQ(point(parse_cgroup_mount(kAll + host, Hierarchy::kUnified, "/host/cgroup/")), "/host/cgroup/unified");
  EXPECT_EQ(point(parse_cgroup_mount(kAll + host, Hierarchy::kUnified, "/host/cgroups")), "/host/cgroups");
  EXPECT_EQ(point(parse_cgroup_mount(kAll + host, Hierarchy::kUnified, "/other")), "no cgroup v2 hierarchy is mounted at /other");
}

class CgroupMountInTree : public testing::Test {
 protected:
  CgroupMountInTree() { tree_.file("self/mountinfo", kAll); }
  [[nodiscard]] std::string find(Hierarchy hierarchy, const std::string& cgroupfs) const {
    return point(find_cgroup_mount(tree_.root(), hierarchy, cgroupfs));
  }
  test::ProcTree tree_;
  std::string fs_ = tree_.root() + "/fs";
};

TEST_F(CgroupMountInTree, MountinfoOfTheGivenRootIsRead) { EXPECT_EQ(find(Hierarchy::kUnified, ""), "/sys/fs/cgroup/unified"); }

TEST_F(CgroupMountInTree, UnreadableMountinfoIsAnErrorUnlessTheOverrideHasIt) {
  tree_.remove("self");
  EXPECT_EQ(find_cgroup_mount(tree_.root(), Hierarchy::kSystemd).error().kind, ErrorKind::kGone);
  tree_.file("fs/systemd/tasks", "");
  EXPECT_EQ(find(Hierarchy::kSystemd, fs_), fs_ + "/systemd");
}

TEST_F(CgroupMountInTree, DirectoriesOfAnUnmountedOverrideGoByTheirNames) {
  EXPECT_EQ(find(Hierarchy::kUnified, fs_), "no cgroup v2 hierarchy is mounted at " + fs_);
  tree_.file("fs/cpu,cpuacct/tasks", "");
  tree_.file("fs/systemd/tasks", "");
  tree_.file("fs/unified/cgroup.controllers", "");
  EXPECT_EQ(find(Hierarchy::kCpuacct, fs_), fs_ + "/cpu,cpuacct");
  EXPECT_EQ(find(Hierarchy::kSystemd, fs_ + "/"), fs_ + "/systemd");
  EXPECT_EQ(find(Hierarchy::kUnified, fs_), fs_ + "/unified");
  tree_.file("fs/cgroup.controllers", "cpu\n");
  EXPECT_EQ(find(Hierarchy::kUnified, fs_), fs_);
}

}  // namespace
}  // namespace procledger::container
