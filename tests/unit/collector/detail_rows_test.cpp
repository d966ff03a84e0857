// SPDX-License-Identifier: Apache-2.0
#include "collector/detail_rows.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace procledger::collector {
namespace {

using namespace std::string_view_literals;

TEST(CephDaemon, IsNamedByItsCommandLine) {
  EXPECT_EQ(ceph_daemon("ceph-osd", "/usr/bin/ceph-osd\0-f\0--id\0003\0--setuser\0ceph"sv), "osd.3");
  EXPECT_EQ(ceph_daemon("ceph-mon", "ceph-mon\0-i\0a\0"sv), "mon.a");
  EXPECT_EQ(ceph_daemon("ceph-osd", "ceph-osd\0--id=12\0"sv), "osd.12");
  EXPECT_EQ(ceph_daemon("ceph-mds", "ceph-mds\0--id\0x\0-n\0mds.shop\0"sv), "mds.shop");
}

TEST(CephDaemon, OthersHaveNoSuchName) {
  EXPECT_EQ(ceph_daemon("sshd", "sshd\0--id\0003\0"sv), "");
  EXPECT_EQ(ceph_daemon("ceph-osd", "ceph-osd\0-f"sv), "");
  EXPECT_EQ(ceph_daemon("ceph-osd", "ceph-osd\0--id"sv), "");
  EXPECT_EQ(ceph_daemon("ceph-osd", ""), "");
}

}  // namespace
}  // namespace procledger::collector
