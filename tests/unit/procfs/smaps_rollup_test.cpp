// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/smaps_rollup.hpp"

#include <gtest/gtest.h>

#include "support/own_process_dir.hpp"
#include "support/proc_tree.hpp"

namespace procledger::procfs {
namespace {

using test::ProcTree;

class SmapsRollup : public testing::Test {
 protected:
  [[nodiscard]] std::optional<ProportionalMemory> read() const {
    const auto process = ProcessDir::open(tree_.root(), 10, ProcTree::start_boottime_ns(500));
    EXPECT_TRUE(process) << process.error().message;
    const auto memory = read_proportional_memory(*process);
    EXPECT_TRUE(memory) << memory.error().message;
    return memory.value_or(std::nullopt);
  }

  ProcTree tree_;
};

TEST_F(SmapsRollup, ValuesAreTheLinesOfTheseNames) {
  tree_.process(10, 500, 123'456);
  tree_.file("10/smaps_rollup", "Rss: 999 kB\nPss:   123456 kB\nPss_Anon: 1 kB\nSwap: 888 kB\nSwapPss:  77 kB\nLocked: 0 kB\n");
  const auto memory = read();
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->pss_bytes, 123'456U * 1024);
  EXPECT_EQ(memory->swap_pss_bytes, 77U * 1024);
}

TEST_F(SmapsRollup, NothingSwappedIsKnownToBeNothing) {
  tree_.process(10, 500, 1);
  tree_.file("10/smaps_rollup", "Pss: 1 kB\nSwapPss: 0 kB\n");
  EXPECT_EQ(read().value().swap_pss_bytes, 0U);
}

TEST_F(SmapsRollup, SwapThatTheKernelDoesNotReportIsUnknown) {
  tree_.process(10, 500, 5);
  tree_.file("10/smaps_rollup", "Pss: 5 kB\nSwap: 8 kB\n");
  const auto memory = read();
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->pss_bytes, 5U * 1024);
  EXPECT_EQ(memory->swap_pss_bytes, std::nullopt);
}

TEST_F(SmapsRollup, NoMemoryIsUnknown) {
  tree_.process(10, 500, 1);
  tree_.file("10/smaps_rollup", "");
  EXPECT_FALSE(read());
  tree_.remove("10/smaps_rollup");
  EXPECT_FALSE(read());
}

TEST(SmapsRollupText, HostileTextIsRefused) {
  for (const char* text : {"Rss: 5 kB\n", "Pss:\n", "Pss: -5 kB\n", "Pss: 5 MB\n", "Pss: 5", "Pss: 18446744073709551615 kB\n",
                           "Pss: 5x kB\n", "Pss_Anon: 5 kB\n", "\n\n\n", "SwapPss: 5 kB\n", "Pss: 5 kB\nSwapPss: -5 kB\n",
                           "Pss: 5 kB\nSwapPss: 5\n", "Pss: 5 kB\nSwapPss: 18446744073709551615 kB\n"}) {
    const auto memory = parse_smaps_rollup(text);
    ASSERT_FALSE(memory) << text;
    EXPECT_EQ(memory.error().kind, ErrorKind::kMalformed) << text;
  }
}

TEST(SmapsRollupText, OwnValueIsThereAndPlausible) {
  const auto process = test::own_process_dir();
  ASSERT_TRUE(process) << process.error().message;
  const auto memory = read_proportional_memory(*process);
  ASSERT_TRUE(memory && *memory);
  EXPECT_GT((*memory)->pss_bytes, 100'000U);
  EXPECT_TRUE((*memory)->swap_pss_bytes);
}

}  // namespace
}  // namespace procledger::procfs
