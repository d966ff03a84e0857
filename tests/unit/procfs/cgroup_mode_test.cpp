// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/cgroup.hpp"

#include <gtest/gtest.h>

#include <string>

namespace procledger::procfs {
namespace {

constexpr std::string_view kRoot = "21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n";
constexpr std::string_view kCpu = "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu\n";
constexpr std::string_view kUnified = "41 31 0:38 / /sys/fs/cgroup/unified rw,nosuid shared:4 master:1 - cgroup2 cgroup2 rw\n";

std::string parse(std::initializer_list<std::string_view> lines) {
  std::string text;
  for (const auto line : lines) text += line;
  return parse_cgroup_mode(text);
}

TEST(CgroupMode, OnlyLegacyHierarchiesAreV1) { EXPECT_EQ(parse({kRoot, kCpu}), "v1"); }

TEST(CgroupMode, OnlyTheUnifiedHierarchyIsV2) {
  EXPECT_EQ(parse({kRoot, "30 20 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n"}), "v2");
}

TEST(CgroupMode, BothAreHybrid) { EXPECT_EQ(parse({kUnified, kRoot, kCpu}), "hybrid"); }

TEST(CgroupMode, NoneIsEmpty) { EXPECT_EQ(parse({kRoot, "garbage\n", " - \n"}), ""); }

TEST(CgroupMode, MountPointThatSpellsATypeIsNotOne) { EXPECT_EQ(parse({"30 20 0:26 / /cgroup2 rw - tmpfs cgroup2 rw\n"}), ""); }

constexpr std::string_view kHead = "#subsys_name\thierarchy\tnum_cgroups\tenabled\n";

TEST(CgroupMode, CpuacctOfAnyV1HierarchyIsSeen) {
  EXPECT_TRUE(has_cpuacct_in_v1(std::string{kHead} + "cpuset\t0\t1\t1\ncpuacct\t12\t95\t1\nmemory\t0\t1\t1\n"));
}

TEST(CgroupMode, CpuacctInV2OrNowhereIsNone) {
  EXPECT_FALSE(has_cpuacct_in_v1(std::string{kHead} + "cpuset\t3\t1\t1\ncpuacct\t0\t95\t1\n"));
  EXPECT_FALSE(has_cpuacct_in_v1(std::string{kHead} + "cpu\t1\t1\t1\n"));
  EXPECT_FALSE(has_cpuacct_in_v1("cpuacct"));
  EXPECT_FALSE(has_cpuacct_in_v1(""));
}

}  // namespace
}  // namespace procledger::procfs
