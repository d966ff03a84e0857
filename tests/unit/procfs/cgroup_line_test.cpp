// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/cgroup.hpp"

#include <gtest/gtest.h>

namespace procledger::procfs {
namespace {

constexpr std::string_view kBoth = "9:name=systemd:/s\n4:cpu,cpuacct:/a:b/c\n0::/u\n";

TEST(CgroupLine, NamesTheCgroupInTheHierarchyAskedFor) {
  EXPECT_EQ(parse_cgroup_line(kBoth, "cpuacct"), "/a:b/c");
  EXPECT_EQ(parse_cgroup_line(kBoth, "name=systemd"), "/s");
  EXPECT_EQ(parse_cgroup_line(kBoth, ""), "/u");
  EXPECT_EQ(parse_cgroup_line(kBoth, "memory"), std::nullopt);
  EXPECT_EQ(parse_cgroup_line("", ""), std::nullopt);
}

TEST(CgroupLine, ARemovedCgroupIsNone) { EXPECT_EQ(parse_cgroup_line("0::/gone (deleted)\n", ""), std::nullopt); }

}  // namespace
}  // namespace procledger::procfs
