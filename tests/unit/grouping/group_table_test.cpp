// SPDX-License-Identifier: Apache-2.0
#include "core/grouping/group_table.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "unit/grouping/common.hpp"

namespace procledger::grouping {
namespace {

ledger::Decision intern(GroupTable& table, std::string name) { return table.intern({std::move(name), {}}); }

TEST(GroupTableIntern, SameNameKeepsItsId) {
  GroupTable table{{}};
  const auto first = intern(table, "bash");
  const auto again = intern(table, "bash");
  EXPECT_TRUE(first.fresh);
  EXPECT_FALSE(again.fresh);
  EXPECT_EQ(first.group, again.group);
  EXPECT_EQ(table.size(), 1U);
}

TEST(GroupTableIntern, LabelsMakeAnotherGroup) {
  GroupTable table{{}};
  const auto bare = intern(table, "db");
  const auto red = table.intern({"db", {{"team", "red"}}});
  const auto blue = table.intern({"db", {{"team", "blue"}}});
  EXPECT_NE(bare.group, red.group);
  EXPECT_NE(red.group, blue.group);
}

TEST(GroupTableIntern, OrderOfLabelsDoesNotMatter) {
  GroupTable table{{}};
  const auto one = table.intern({"db", {{"a", "1"}, {"b", "2"}}});
  const auto two = table.intern({"db", {{"b", "2"}, {"a", "1"}}});
  EXPECT_EQ(one.group, two.group);
  EXPECT_EQ(table.key(one.group).labels.front().first, "a");
}

TEST(GroupTableIntern, NamesAndLabelsAreMadeSafe) {
  GroupTable table{{.groups = 10, .label_bytes = 32}};
  const auto id = table.intern({"a\nb\xFF", {{"team", "x\x01"}}}).group;
  EXPECT_EQ(table.key(id).name, "a\\nb\xEF\xBF\xBD");
  EXPECT_EQ(table.key(id).labels.front().second, "x\\x01");
  EXPECT_EQ(table.key(intern(table, std::string(100, 'y')).group).name.size(), 32U);
}

TEST(GroupTableLimit, NewcomerJoinsOtherWhileNoneIsLongDead) {
  GroupTable table{{.groups = 2}};
  intern(table, "a");
  const auto b = intern(table, "b");
  table.note_members(b.group, 0, 1);
  table.note_members(b.group, 0, kHour);  // a nanosecond short of an hour
  const auto c = intern(table, "c");
  EXPECT_EQ(table.key(c.group).name, kOtherGroup);
  EXPECT_TRUE(c.fresh);
  EXPECT_FALSE(intern(table, "d").fresh);
  EXPECT_EQ(table.dropped(), 0U);
}

TEST(GroupTableLimit, LongestDeadGivesWay) {
  GroupTable table{{.groups = 3}};
  const auto a = intern(table, "a");
  const auto b = intern(table, "b");
  const auto c = intern(table, "c");
  table.note_members(c.group, 1, 1);
  table.note_members(b.group, 0, 1);
  table.note_members(a.group, 0, 2);
  table.note_members(a.group, 0, 2 + 2 * kHour);
  const auto d = intern(table, "d");
  EXPECT_EQ(d.group, b.group);
  EXPECT_TRUE(d.fresh) << "the account of the dropped group must not get the new name";
  EXPECT_EQ(table.key(d.group).name, "d");
  EXPECT_EQ(table.dropped(), 1U);
  EXPECT_EQ(table.generation(d.group), 1U) << "results for the dropped group do not apply to this group";
  EXPECT_EQ(table.size(), 3U);
}

TEST(GroupTableLimit, DroppedGroupComesBackAsNew) {
  GroupTable table{{.groups = 1}};
  const auto a = intern(table, "a");
  table.note_members(a.group, 0, 1);
  table.note_members(a.group, 0, 1 + kHour);
  intern(table, "b");
  const auto again = intern(table, "a");
  EXPECT_EQ(table.key(again.group).name, kOtherGroup) << "b was just assigned and has a process";
}

TEST(GroupTableLimit, MembersInBetweenStartTheHourAnew) {
  GroupTable table{{.groups = 1}};
  const auto a = intern(table, "a");
  table.note_members(a.group, 0, 1);
  table.note_members(a.group, 3, kHour / 2);
  table.note_members(a.group, 0, kHour);
  table.note_members(a.group, 0, kHour + kHour / 2);
  EXPECT_EQ(table.key(intern(table, "b").group).name, kOtherGroup);
  table.note_members(a.group, 0, 2 * kHour);
  EXPECT_EQ(table.key(intern(table, "b").group).name, "b");
}

TEST(GroupTableLimit, DecisionIsASignOfLife) {
  GroupTable table{{.groups = 1}};
  const auto a = intern(table, "a");
  table.note_members(a.group, 0, 1);
  table.note_members(a.group, 0, 1 + kHour);
  table.join(a.group);  // a process that starts and exits between two collections
  EXPECT_EQ(table.key(intern(table, "b").group).name, kOtherGroup);
}

TEST(GroupTableLimit, ReservedGroupsNeitherCountNorGo) {
  GroupTable table{{.groups = 1}};
  const auto kernel = table.intern_reserved(kKernelGroup);
  EXPECT_EQ(table.key(intern(table, "a").group).name, "a");
  table.note_members(kernel.group, 0, 1);
  table.note_members(kernel.group, 0, 1 + kHour);
  EXPECT_EQ(table.key(intern(table, "b").group).name, kOtherGroup);
  EXPECT_FALSE(table.intern_reserved(kKernelGroup).fresh);
}

}  // namespace
}  // namespace procledger::grouping
