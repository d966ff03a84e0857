// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/task_status.hpp"

#include <gtest/gtest.h>

namespace procledger::procfs {
namespace {

TEST(MemoryParts, PagesInTheOrderOfProc) {
  const auto parts = parse_memory_parts("100 50 20 10 0 40 0\n", 4096);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->mapped, 100U * 4096);
  EXPECT_EQ(parts->resident, 50U * 4096);
  EXPECT_EQ(parts->shared, 20U * 4096);
  EXPECT_EQ(parts->text, 10U * 4096);
  EXPECT_EQ(parts->data, 40U * 4096);
}

TEST(MemoryParts, AnythingElseIsRefused) {
  for (const char* text : {"", "1 2 3 4 5", "1 2 3 4 x 6", "1 2 3 4 5 -6"}) EXPECT_FALSE(parse_memory_parts(text, 4096)) << text;
}

}  // namespace
}  // namespace procledger::procfs
