// SPDX-License-Identifier: Apache-2.0
#include "procfs/cgroup_mode.hpp"

#include <gtest/gtest.h>

#include <string>

namespace procledger::procfs {
namespace {

constexpr std::string_view kRoot = "21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n";
constexpr std::string_view kCpu = "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu\n";
constexpr std::string_view kUnified = "41 31 0:38 / /sys/fs/cgroup/unified rw,nosuid shared:4 master:1 - cgroup2 cgroup2 rw\n";

CgroupMounts parse(std::initializer_list<std::string_view> lines) {
  std::string text;
  for (const auto line : lines) text += line;
  return parse_cgroup_mounts(text);
}

TEST(CgroupMode, OnlyLegacyHierarchiesAreV1) {
  const auto found = parse({kRoot, kCpu});
  EXPECT_EQ(found.mode, "v1");
  EXPECT_EQ(found.unified, "");
}

TEST(CgroupMode, OnlyTheUnifiedHierarchyIsV2) {
  const auto found = parse({kRoot, "30 20 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n"});
  EXPECT_EQ(found.mode, "v2");
  EXPECT_EQ(found.unified, "/sys/fs/cgroup");
}

TEST(CgroupMode, BothAreHybrid) {
  const auto found = parse({kUnified, kRoot, kCpu});
  EXPECT_EQ(found.mode, "hybrid");
  EXPECT_EQ(found.unified, "/sys/fs/cgroup/unified");
}

TEST(CgroupMode, NoneIsEmpty) { EXPECT_EQ(parse({kRoot, "garbage\n", " - \n"}).mode, ""); }

TEST(CgroupMode, EscapedMountPointIsUnescaped) {
  EXPECT_EQ(parse({"30 20 0:26 / /my\\040groups\\134x rw - cgroup2 none rw\n"}).unified, "/my groups\\x");
}

TEST(CgroupMode, MountPointThatSpellsATypeIsNotOne) { EXPECT_EQ(parse({"30 20 0:26 / /cgroup2 rw - tmpfs cgroup2 rw\n"}).mode, ""); }

}  // namespace
}  // namespace procledger::procfs
