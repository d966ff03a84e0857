// SPDX-License-Identifier: Apache-2.0
#include "collector/host_lookup.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "host/procfs/process_dir.hpp"
#include "support/files.hpp"
#include "support/proc_tree.hpp"

namespace procledger::collector {
namespace {

class FileHostLookupPidfile : public testing::Test {
 protected:
  void write(std::string_view text) const { EXPECT_TRUE(test::write_file(file_, text)); }
  [[nodiscard]] bool news() { return lookup_.refresh(0, false); }

  test::TempDir dir_;
  std::string file_{dir_.path() / "pid"};
  FileHostLookup lookup_{"/nowhere", "/nowhere", {container::CgroupIndex{{}}, container::PodLogs{""}}};
};

TEST_F(FileHostLookupPidfile, NumberThatIsWrittenLaterIsNews) {
  EXPECT_FALSE(lookup_.pid_in(file_));
  EXPECT_FALSE(news());
  write("42\n");
  EXPECT_TRUE(news());
  EXPECT_EQ(lookup_.pid_in(file_), 42U);
  EXPECT_FALSE(news()) << "already reported";
  write("43\n");
  EXPECT_TRUE(news());
}

TEST_F(FileHostLookupPidfile, FileThatGoesOrIsEmptyIsNone) {
  write("42\n");
  EXPECT_EQ(lookup_.pid_in(file_), 42U);
  write("");
  EXPECT_FALSE(news());
  EXPECT_FALSE(lookup_.pid_in(file_));
  std::filesystem::remove(file_);
  EXPECT_FALSE(news());
}

TEST_F(FileHostLookupPidfile, FileThatNobodyAskedForIsNoNews) {
  write("42\n");
  EXPECT_FALSE(news());
}

TEST(FileHostLookupProgram, ArgumentsAndEnvironmentEndAtTheirBoundsAndAreSaidToBeCut) {
  const test::ProcTree tree;
  FileHostLookup lookup{tree.root(), "/nowhere", {container::CgroupIndex{{}}, container::PodLogs{""}}};
  tree.process(10, 500, 1);
  for (const bool longer : {false, true}) {
    tree.file("10/cmdline", std::string(procfs::kMaxArgsBytes + (longer ? 1 : 0), 'a'));
    tree.file("10/environ", std::string(procfs::kMaxEnvBytes + (longer ? 1 : 0), 'e'));
    const ledger::ProgramPtr program = lookup.program(10, test::ProcTree::start_boottime_ns(500), true);
    ASSERT_TRUE(program);
    EXPECT_EQ(program->args, std::string(procfs::kMaxArgsBytes, 'a'));
    EXPECT_EQ(program->env, std::string(procfs::kMaxEnvBytes, 'e'));
    EXPECT_EQ(program->args_cut, longer);
    EXPECT_EQ(program->env_cut, longer);
  }
}

}  // namespace
}  // namespace procledger::collector
