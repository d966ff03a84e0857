// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/mountinfo.hpp"

#include <gtest/gtest.h>

namespace procledger::procfs {
namespace {

TEST(MountInfo, FieldsAreTakenWhateverOptionalOnesThereAre) {
  const auto mounts = parse_mountinfo(
      "32 31 0:29 /docker/x /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 master:1 - cgroup cgroup rw,cpu,cpuacct\n"
      "30 20 0:26 / /my\\040groups\\134x rw - cgroup2 none rw\n");
  ASSERT_EQ(mounts.size(), 2U);
  EXPECT_EQ(mounts[0].root, "/docker/x");
  EXPECT_EQ(mounts[0].point, "/sys/fs/cgroup/cpu,cpuacct");
  EXPECT_EQ(mounts[0].type, "cgroup");
  EXPECT_EQ(mounts[0].options, "rw,cpu,cpuacct");
  EXPECT_EQ(mounts[1].point, "/my groups\\x");
}

TEST(MountInfo, WhatIsNoMountIsSkipped) {
  EXPECT_TRUE(parse_mountinfo("").empty());
  EXPECT_TRUE(parse_mountinfo("garbage\n - \n1 2 - ext4 x y\n").empty());
}

}  // namespace
}  // namespace procledger::procfs
