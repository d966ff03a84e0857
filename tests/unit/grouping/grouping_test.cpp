// SPDX-License-Identifier: Apache-2.0
#include "grouping/grouping.hpp"

#include <gtest/gtest.h>

#include <string>

namespace procledger::grouping {
namespace {

std::string name_of(const Grouping& grouping, ledger::Decision decision) { return grouping.table().key(decision.group).name; }

std::string name_for(Grouping& grouping, const ledger::ProcessFacts& facts) {
  return name_of(grouping, grouping.decide(facts, std::nullopt));
}

TEST(GroupingDecision, TakesTheCommByDefault) {
  Grouping grouping{{}};
  EXPECT_EQ(name_for(grouping, {.comm = "postgres"}), "postgres");
  EXPECT_TRUE(grouping.table().key(0).labels.empty());
}

TEST(GroupingDecision, ForkInheritsTheParentsGroup) {
  Grouping grouping{{}};
  const auto parent = grouping.decide({.comm = "make"}, std::nullopt);
  const auto child = grouping.decide({.comm = "renamed"}, parent.group);
  EXPECT_EQ(child.group, parent.group);
  EXPECT_FALSE(child.fresh);
}

TEST(GroupingDecision, KernelThreadsShareOneGroup) {
  Grouping grouping{{}};
  const auto parent = grouping.decide({.comm = "bash"}, std::nullopt);
  const auto one = grouping.decide({.comm = "kthreadd", .kernel_thread = true}, std::nullopt);
  const auto two = grouping.decide({.comm = "kworker/0:1", .kernel_thread = true}, parent.group);
  EXPECT_EQ(name_of(grouping, one), kKernelGroup);
  EXPECT_EQ(one.group, two.group);
}

TEST(GroupingDecision, NobodyTalksHimselfIntoAReservedGroup) {
  Grouping grouping{{}};
  for (const std::string_view reserved : kReservedGroups) {
    const auto comm = reserved.substr(0, 15);  // what fits a comm
    const std::string expected = (is_reserved(comm) ? "comm:" : "") + std::string{comm};
    EXPECT_EQ(name_for(grouping, {.comm = comm}), expected);
  }
  EXPECT_EQ(name_for(grouping, {.comm = "(kernel)"}), "comm:(kernel)");
}

TEST(GroupingDecision, EmptyCommStillMakesALabel) {
  Grouping grouping{{}};
  EXPECT_EQ(name_for(grouping, {.comm = ""}), "comm:");
}

TEST(GroupingDecision, UnattributedIsItsOwnGroup) {
  Grouping grouping{{.groups = 0}};
  const auto first = grouping.unattributed();
  EXPECT_EQ(name_of(grouping, first), kUnattributedGroup);
  EXPECT_TRUE(first.fresh);
  EXPECT_FALSE(grouping.unattributed().fresh);
}

}  // namespace
}  // namespace procledger::grouping
