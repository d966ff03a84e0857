// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "support/files.hpp"

namespace procledger::procfs {
namespace {

TEST(Reader, ReadsFilesOfAnySizeOneAfterTheOther) {
  const test::TempDir dir;
  const std::string large(100'000, 'x');
  ASSERT_TRUE(test::write_file(dir.path() / "large", large));
  ASSERT_TRUE(test::write_file(dir.path() / "small", "y"));
  Reader reader;
  EXPECT_EQ(reader.read(AT_FDCWD, (dir.path() / "large").c_str()).text, large);
  EXPECT_EQ(reader.read(AT_FDCWD, (dir.path() / "small").c_str()).text, "y");
}

TEST(Reader, HasTheReasonOfAFailure) {
  Reader reader;
  const ReadText text = reader.read(AT_FDCWD, "/nowhere/at/all");
  EXPECT_FALSE(text);
  EXPECT_EQ(text.error, ENOENT);
}

}  // namespace
}  // namespace procledger::procfs
