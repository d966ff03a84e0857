// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/process_dir.hpp"

#include <gtest/gtest.h>

#include "support/proc_tree.hpp"

namespace procledger::procfs {
namespace {

using test::ProcTree;

constexpr std::uint64_t kBorn = 500;  // ticks

class ProcessInProc : public testing::Test {
 protected:
  [[nodiscard]] Result<ProcessDir> open(std::uint32_t pid = 10,
                                        std::uint64_t start_boottime_ns = ProcTree::start_boottime_ns(kBorn)) const {
    return ProcessDir::open(tree_.root(), pid, start_boottime_ns);
  }

  ProcTree tree_;
};

TEST_F(ProcessInProc, BirthIsComparedInTicks) {
  tree_.process(10, kBorn, 1);
  EXPECT_TRUE(open(10, ProcTree::start_boottime_ns(kBorn) + 1));
  EXPECT_TRUE(open(10, ProcTree::start_boottime_ns(kBorn + 1) - 1));
}

TEST_F(ProcessInProc, OtherBirthIsAnotherProcess) {
  tree_.process(10, kBorn, 1);
  for (const std::uint64_t start_boottime_ns :
       {ProcTree::start_boottime_ns(kBorn) - 1, ProcTree::start_boottime_ns(kBorn + 1), std::uint64_t{0}}) {
    const auto process = open(10, start_boottime_ns);
    ASSERT_FALSE(process) << start_boottime_ns;
    EXPECT_EQ(process.error().kind, ErrorKind::kGone);
  }
}

TEST_F(ProcessInProc, NobodyIsGone) { EXPECT_EQ(open().error().kind, ErrorKind::kGone); }

TEST_F(ProcessInProc, NonsenseForStatIsRefused) {
  tree_.process(10, kBorn, 1);
  for (const char* text : {"", "10 (x", "10 (x) S", "10 (x) S 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 -5"}) {
    tree_.file("10/stat", text);
    ASSERT_FALSE(open()) << text;
    EXPECT_EQ(open().error().kind, ErrorKind::kMalformed) << text;
  }
}

TEST_F(ProcessInProc, AfterItsLeaderAThreadSpeaksForIt) {
  tree_.process(10, kBorn, 1);
  tree_.file("10/stat", ProcTree::stat(10, kBorn, 'Z'));
  tree_.file("10/task/10/stat", ProcTree::stat(10, kBorn, 'Z'));
  tree_.file("10/task/11/stat", ProcTree::stat(11, kBorn + 1, 'X'));
  tree_.file("10/task/12/stat", ProcTree::stat(12, kBorn + 2, 'S'));
  tree_.file("10/task/12/smaps_rollup", "Pss: 7 kB\n");
  const auto process = open();
  ASSERT_TRUE(process) << process.error().message;
  EXPECT_EQ(process->read("smaps_rollup"), "Pss: 7 kB\n");
  EXPECT_EQ(process->read(process->tasks() + "/10/stat"), ProcTree::stat(10, kBorn, 'Z')) << "threads are found from the same directory";
}

TEST_F(ProcessInProc, ZombieIsGone) {
  tree_.process(10, kBorn, 1);
  tree_.file("10/stat", ProcTree::stat(10, kBorn, 'Z'));
  tree_.file("10/task/10/stat", ProcTree::stat(10, kBorn, 'Z'));
  EXPECT_EQ(open().error().kind, ErrorKind::kGone);
}

TEST_F(ProcessInProc, LaterProcessOfTheSameNumberIsNotReadThroughAnOpenDirectory) {
  tree_.process(10, kBorn, 1);
  const auto process = open();
  ASSERT_TRUE(process);
  tree_.remove("10");
  tree_.process(10, kBorn + 5, 99);
  EXPECT_EQ(process->read("smaps_rollup").error().kind, ErrorKind::kGone);
}

}  // namespace
}  // namespace procledger::procfs
