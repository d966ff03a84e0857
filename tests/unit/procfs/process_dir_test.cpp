// SPDX-License-Identifier: Apache-2.0
#include "procfs/process_dir.hpp"

#include <gtest/gtest.h>

#include "support/proc_tree.hpp"

namespace procledger::procfs {
namespace {

using test::ProcTree;

constexpr std::uint64_t kBorn = 500;  // ticks

class ProcessInProc : public testing::Test {
 protected:
  [[nodiscard]] Result<ProcessDir> open(std::uint32_t pid = 10, std::uint64_t birth_ns = ProcTree::birth_ns(kBorn)) const {
    return ProcessDir::open(tree_.root(), pid, birth_ns);
  }
  [[nodiscard]] std::optional<std::uint64_t> pss() const {
    const auto process = open();
    EXPECT_TRUE(process) << process.error().message;
    const auto bytes = read_pss(*process);
    EXPECT_TRUE(bytes) << bytes.error().message;
    return bytes.value_or(std::nullopt);
  }

  ProcTree tree_;
};

TEST_F(ProcessInProc, BirthIsComparedInTicks) {
  tree_.process(10, kBorn, 1);
  EXPECT_TRUE(open(10, ProcTree::birth_ns(kBorn) + 1));
  EXPECT_TRUE(open(10, ProcTree::birth_ns(kBorn + 1) - 1));
}

TEST_F(ProcessInProc, OtherBirthIsAnotherProcess) {
  tree_.process(10, kBorn, 1);
  for (const std::uint64_t birth_ns : {ProcTree::birth_ns(kBorn) - 1, ProcTree::birth_ns(kBorn + 1), std::uint64_t{0}}) {
    const auto process = open(10, birth_ns);
    ASSERT_FALSE(process) << birth_ns;
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
  EXPECT_EQ(pss(), 7U * 1024);
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

TEST_F(ProcessInProc, PssIsTheLineOfThatName) {
  tree_.process(10, kBorn, 123'456);
  EXPECT_EQ(pss(), 123'456U * 1024);
}

TEST_F(ProcessInProc, PssOfNoMemoryIsUnknown) {
  tree_.process(10, kBorn, 1);
  tree_.file("10/smaps_rollup", "");
  EXPECT_EQ(pss(), std::nullopt);
  tree_.remove("10/smaps_rollup");
  EXPECT_EQ(pss(), std::nullopt);
}

TEST(ProportionalMemory, HostileTextIsRefused) {
  for (const char* text : {"Rss: 5 kB\n", "Pss:\n", "Pss: -5 kB\n", "Pss: 5 MB\n", "Pss: 5", "Pss: 18446744073709551615 kB\n",
                           "Pss: 5x kB\n", "Pss_Anon: 5 kB\n", "\n\n\n"}) {
    EXPECT_FALSE(parse_pss(text)) << text;
  }
}

TEST(ProportionalMemory, OwnFigureIsThereAndPlausible) {
  const auto stat = test::read_file("/proc/self/stat");
  ASSERT_TRUE(stat);
  const auto fields = test::words(std::string_view{*stat}.substr(stat->rfind(')') + 1), " ");
  ASSERT_GT(fields.size(), 19U);
  const auto birth_ns = ProcTree::birth_ns(std::stoull(fields[19]));
  const auto process = ProcessDir::open("/proc", static_cast<std::uint32_t>(::getpid()), birth_ns);
  ASSERT_TRUE(process) << process.error().message;
  const auto bytes = read_pss(*process);
  ASSERT_TRUE(bytes && *bytes);
  EXPECT_GT(**bytes, 100'000U);
}

}  // namespace
}  // namespace procledger::procfs
