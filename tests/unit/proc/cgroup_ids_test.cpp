// SPDX-License-Identifier: Apache-2.0
#include "sources/proc/cgroup_ids.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "support/files.hpp"

namespace procledger::proc {
namespace {

/// A directory that is listed as a cgroup mount.
class CgroupsByPath : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(dir_.path() / "a" / "b"); }
  [[nodiscard]] std::string mount(const std::string& root, const std::string& type, const std::string& options) const {
    return "32 31 0:29 " + root + " " + dir_.path().string() + " rw,relatime - " + type + " cgroup rw," + options + "\n";
  }
  [[nodiscard]] std::uint64_t inode(const std::string& below) const {
    struct stat info{};
    EXPECT_EQ(::stat((dir_.path().string() + below).c_str(), &info), 0);
    return info.st_ino;
  }
  test::TempDir dir_;
};

TEST_F(CgroupsByPath, AreInodes) {
  CgroupIds ids{"", mount("/", "cgroup2", "nsdelegate")};
  EXPECT_EQ(ids.find("/a/b"), inode("/a/b"));
  EXPECT_EQ(ids.find("/"), inode("/"));
  EXPECT_EQ(ids.find("/gone"), std::nullopt);
}

TEST_F(CgroupsByPath, AreOfTheHierarchyAskedFor) {
  EXPECT_EQ((CgroupIds{"cpuacct", mount("/", "cgroup", "cpu,cpuacct")}.find("/a")), inode("/a"));
  EXPECT_EQ((CgroupIds{"cpuacct", mount("/", "cgroup2", "x")}.find("/a")), std::nullopt);
  EXPECT_EQ((CgroupIds{"", mount("/", "cgroup", "cpu,cpuacct")}.find("/a")), std::nullopt);
}

TEST_F(CgroupsByPath, BeginWhereTheMountBegins) {
  CgroupIds ids{"", mount("/pod", "cgroup2", "x")};
  EXPECT_EQ(ids.find("/pod/a"), inode("/a"));
  EXPECT_EQ(ids.find("/pod"), inode("/"));
  EXPECT_EQ(ids.find("/podium"), std::nullopt);
  EXPECT_EQ(ids.find("/a"), std::nullopt);
}

TEST_F(CgroupsByPath, AreRememberedUntilForgotten) {
  CgroupIds ids{"", mount("/", "cgroup2", "x")};
  const auto before = ids.find("/a/b");
  std::filesystem::remove(dir_.path() / "a" / "b");
  EXPECT_EQ(ids.find("/a/b"), before);
  ids.forget();
  EXPECT_EQ(ids.find("/a/b"), std::nullopt);
}

TEST_F(CgroupsByPath, AreUnknownWithoutAMount) { EXPECT_EQ((CgroupIds{"", ""}.find("/")), std::nullopt); }

}  // namespace
}  // namespace procledger::proc
