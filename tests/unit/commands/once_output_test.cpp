// SPDX-License-Identifier: Apache-2.0
// The file of `procledger once --output`.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "commands/once/once.hpp"
#include "support/files.hpp"

namespace procledger::commands {
namespace {

class OnceOutput : public testing::Test {
 protected:
  [[nodiscard]] std::string file() const { return directory_.path() / "procledger.prom"; }
  [[nodiscard]] long files() const {
    return std::distance(std::filesystem::directory_iterator{directory_.path()}, std::filesystem::directory_iterator{});
  }
  test::TempDir directory_;
};

TEST_F(OnceOutput, FileIsReplacedAsAWholeAndNothingElseIsLeft) {
  ASSERT_TRUE(replace_file(file(), "first and longer\n"));
  struct stat before{};
  ASSERT_EQ(::stat(file().c_str(), &before), 0);
  ASSERT_TRUE(replace_file(file(), "second\n"));
  struct stat after{};
  ASSERT_EQ(::stat(file().c_str(), &after), 0);
  EXPECT_EQ(test::read_file(file()).value_or(""), "second\n");
  EXPECT_NE(before.st_ino, after.st_ino) << "a reader of the first file still has all of it";
  EXPECT_NE(after.st_mode & S_IRUSR, 0U);
  EXPECT_EQ(files(), 1);
}

TEST_F(OnceOutput, FailureLeavesTheOldFile) {
  ASSERT_TRUE(replace_file(file(), "old\n"));
  const auto missing = replace_file(directory_.path() / "nowhere" / "x.prom", "new\n");
  ASSERT_FALSE(missing);
  EXPECT_EQ(test::read_file(file()).value_or(""), "old\n");
  EXPECT_EQ(files(), 1);
}

TEST_F(OnceOutput, DeviceIsNotReplaced) {
  const auto device = replace_file("/dev/null", "new\n");
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().message, "--output: /dev/null is not a regular file; without --output, the page goes to stdout");
  struct stat still{};
  ASSERT_EQ(::stat("/dev/null", &still), 0);
  EXPECT_TRUE(S_ISCHR(still.st_mode));
}

}  // namespace
}  // namespace procledger::commands
