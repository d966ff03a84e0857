// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "host/procfs/process_dir.hpp"
#include "support/files.hpp"
#include "support/proc_tree.hpp"

namespace procledger::procfs {
namespace {

class PrefixOfFile : public testing::Test {
 protected:
  UniqueFd file(std::size_t bytes) {
    EXPECT_TRUE(test::write_file(path_, std::string(bytes, 'x')));
    return UniqueFd{::open(path_.c_str(), O_RDONLY | O_CLOEXEC)};
  }
  Prefix read(const UniqueFd& fd, std::size_t max_bytes) {
    const auto prefix = read_prefix(fd, path_, max_bytes);
    EXPECT_TRUE(prefix) << prefix.error().message;
    return prefix.value_or(Prefix{});
  }

  test::TempDir dir_;
  std::string path_{dir_.path() / "file"};
};

TEST_F(PrefixOfFile, IsTheWholeOfAFileAsLongAsTheBound) {
  for (const std::size_t bytes : {0U, 1U, 4095U, 4096U, 4097U, 10'000U}) {
    const Prefix prefix = read(file(bytes), bytes);
    EXPECT_EQ(prefix.text, std::string(bytes, 'x'));
    EXPECT_FALSE(prefix.cut) << bytes;
  }
}

TEST_F(PrefixOfFile, OneByteBeyondTheBoundIsReadAndNoMore) {
  for (const std::size_t bound : {0U, 1U, 2048U, 4095U, 4096U, 8192U, 10'000U}) {
    const UniqueFd fd = file(bound + 100'000);
    const Prefix prefix = read(fd, bound);
    EXPECT_EQ(prefix.text, std::string(bound, 'x'));
    EXPECT_TRUE(prefix.cut) << bound;
    EXPECT_EQ(::lseek(fd.get(), 0, SEEK_CUR), static_cast<off_t>(bound) + 1);
    EXPECT_LE(prefix.text.capacity(), std::max(bound, std::string{}.capacity())) << "no capacity is kept";
  }
}

TEST_F(PrefixOfFile, ErrorNamesTheFile) {
  const UniqueFd directory{::open(dir_.path().c_str(), O_RDONLY | O_CLOEXEC)};
  const auto prefix = read_prefix(directory, "/some/where", 10);
  ASSERT_FALSE(prefix);
  EXPECT_NE(prefix.error().message.find("/some/where"), std::string::npos) << prefix.error().message;
}

TEST_F(PrefixOfFile, ProcessesAreReadThroughIt) {
  const test::ProcTree tree;
  tree.process(10, 500, 1);
  tree.file("10/cmdline", std::string(3000, 'a'));
  const auto process = ProcessDir::open(tree.root(), 10, test::ProcTree::start_boottime_ns(500));
  ASSERT_TRUE(process) << process.error().message;
  const auto args = process->read_prefix("cmdline", kMaxArgsBytes);
  ASSERT_TRUE(args) << args.error().message;
  EXPECT_EQ(args->text, std::string(kMaxArgsBytes, 'a'));
  EXPECT_TRUE(args->cut);
  EXPECT_EQ(process->read_prefix("environ", 1).error().kind, ErrorKind::kGone);
}

}  // namespace
}  // namespace procledger::procfs
