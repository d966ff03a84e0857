// SPDX-License-Identifier: Apache-2.0
#include "collector/host_lookup.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/files.hpp"

namespace procledger::collector {
namespace {

class HostWorldPidfile : public testing::Test {
 protected:
  void write(std::string_view text) const { EXPECT_TRUE(test::write_file(file_, text)); }
  [[nodiscard]] bool news() { return world_.refresh(0, false); }

  test::TempDir dir_;
  std::string file_{dir_.path() / "pid"};
  HostWorld world_{"/nowhere", "/nowhere", {container::CgroupIndex{{}}, container::PodLogs{""}}};
};

TEST_F(HostWorldPidfile, NumberThatIsWrittenLaterIsNews) {
  EXPECT_FALSE(world_.pid_in(file_));
  EXPECT_FALSE(news());
  write("42\n");
  EXPECT_TRUE(news());
  EXPECT_EQ(world_.pid_in(file_), 42U);
  EXPECT_FALSE(news()) << "told already";
  write("43\n");
  EXPECT_TRUE(news());
}

TEST_F(HostWorldPidfile, FileThatGoesOrIsEmptyIsNone) {
  write("42\n");
  EXPECT_EQ(world_.pid_in(file_), 42U);
  write("");
  EXPECT_FALSE(news());
  EXPECT_FALSE(world_.pid_in(file_));
  std::filesystem::remove(file_);
  EXPECT_FALSE(news());
}

TEST_F(HostWorldPidfile, FileThatNobodyAskedForIsNoNews) {
  write("42\n");
  EXPECT_FALSE(news());
}

}  // namespace
}  // namespace procledger::collector
