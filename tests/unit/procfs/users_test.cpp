// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/users.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/files.hpp"

namespace procledger::procfs {
namespace {

TEST(PasswdParser, TakesNamesByUid) {
  const auto names = parse_passwd("root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/false\n");
  EXPECT_EQ(names.size(), 2U);
  EXPECT_EQ(names.at(0), "root");
  EXPECT_EQ(names.at(1), "daemon");
}

TEST(PasswdParser, FirstNameOfAUidCounts) { EXPECT_EQ(parse_passwd("root:x:0:0:::\ntoor:x:0:0:::\n").at(0), "root"); }

TEST(PasswdParser, LinesOfAnotherFormAreSkipped) {
  const auto names = parse_passwd("\n# a:b:5\n:x:6:0\n+::7:\nbad:x:abc:0\nshort:x\n+@group\nlast:x:9:9");
  EXPECT_EQ(names.count(5), 0U);
  EXPECT_EQ(names.count(6), 0U);
  EXPECT_EQ(names.at(9), "last");
}

class UserCacheFile : public testing::Test {
 protected:
  void write(std::string_view text) { ASSERT_TRUE(test::write_file(path(), text)); }
  [[nodiscard]] std::filesystem::path path() const { return dir_.path() / "passwd"; }

 private:
  test::TempDir dir_;
};

TEST_F(UserCacheFile, UidWithoutANameIsItsNumber) {
  write("root:x:0:0:::\n");
  UserCache cache{path()};
  cache.refresh();
  EXPECT_EQ(cache.name(0), "root");
  EXPECT_EQ(cache.name(4'000'000'000), "4000000000");
}

TEST_F(UserCacheFile, ChangeIsTakenUp) {
  write("root:x:0:0:::\n");
  UserCache cache{path()};
  cache.refresh();
  write("root:x:0:0:::\nalice:x:1000:1000:::\n");
  cache.refresh();
  EXPECT_EQ(cache.name(1000), "alice");
}

TEST_F(UserCacheFile, NamesSurviveAMissingFile) {
  write("root:x:0:0:::\n");
  UserCache cache{path()};
  cache.refresh();
  std::filesystem::remove(path());
  cache.refresh();
  EXPECT_EQ(cache.name(0), "root");
}

TEST_F(UserCacheFile, NoFileAtAllMeansNumbers) {
  UserCache cache{path()};
  cache.refresh();
  EXPECT_EQ(cache.name(0), "0");
}

}  // namespace
}  // namespace procledger::procfs
