// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/selection.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace procledger::stats {
namespace {

using Kind = rules::EnvCondition::Kind;
using namespace std::string_view_literals;

constexpr std::string_view kBlock = "TAG=x\0EMPTY=\0PATH=/bin\0"sv;

rules::Subject web() {
  rules::Subject subject;
  subject.comm = "web";
  subject.uid = 33;
  subject.user = "www-data";
  subject.tgid = 10;
  subject.env = rules::Environment{.block = kBlock, .cut = false};
  return subject;
}

bool takes(const Wanted& wanted, const rules::Subject& subject = web()) {
  const auto selection = Selection::compile(wanted);
  EXPECT_TRUE(selection) << selection.error().message;
  return selection && selection->takes(subject);
}

rules::EnvCondition env(std::string_view text) {
  const auto condition = parse_env_condition(text);
  EXPECT_TRUE(condition) << condition.error().message;
  return condition.value_or(rules::EnvCondition{});
}

TEST(StatsSelection, NothingAskedTakesEverybody) {
  EXPECT_TRUE(takes({}));
  rules::Subject unknown;
  unknown.comm = "kworker/0:1";
  unknown.kernel_thread = true;
  EXPECT_TRUE(takes({}, unknown));
}

TEST(StatsSelection, AnyNameAnyUserAnyNumberAndAllOfThese) {
  EXPECT_TRUE(takes({.names = {"db", "web"}, .users = {}, .pids = {}, .env = {}}));
  EXPECT_FALSE(takes({.names = {"we"}, .users = {}, .pids = {}, .env = {}})) << "a name is the whole name";
  EXPECT_TRUE(takes({.names = {}, .users = {"root", "www-data"}, .pids = {}, .env = {}}));
  EXPECT_TRUE(takes({.names = {}, .users = {"33"}, .pids = {}, .env = {}}));
  EXPECT_TRUE(takes({.names = {}, .users = {}, .pids = {9, 10}, .env = {}}));
  EXPECT_FALSE(takes({.names = {}, .users = {}, .pids = {9}, .env = {}}));
  EXPECT_FALSE(takes({.names = {"web"}, .users = {"root"}, .pids = {}, .env = {}})) << "one selector matches, the other does not";
}

TEST(StatsSelection, TheKernelKeepsFifteenBytesOfAName) {
  rules::Subject subject = web();
  subject.comm = "a-very-long-nam";
  EXPECT_TRUE(takes({.names = {"a-very-long-name-indeed"}, .users = {}, .pids = {}, .env = {}}, subject));
}

TEST(StatsSelection, AllVariablesHaveToHold) {
  EXPECT_TRUE(takes({.names = {}, .users = {}, .pids = {}, .env = {env("TAG=x"), env("OTHER!")}}));
  EXPECT_FALSE(takes({.names = {}, .users = {}, .pids = {}, .env = {env("TAG=x"), env("PATH!")}}));
  EXPECT_FALSE(takes({.names = {}, .users = {}, .pids = {}, .env = {env("TAG=xy")}}));
  EXPECT_TRUE(takes({.names = {}, .users = {}, .pids = {}, .env = {env("EMPTY=")}}));
  EXPECT_FALSE(takes({.names = {}, .users = {}, .pids = {}, .env = {env("EMPTY!")}})) << "set to an empty value";
}

TEST(StatsSelection, AnUnknownEnvironmentSatisfiesNothing) {
  rules::Subject subject = web();
  subject.env.reset();
  EXPECT_FALSE(takes({.names = {}, .users = {}, .pids = {}, .env = {env("TAG=x")}}, subject));
  EXPECT_FALSE(takes({.names = {}, .users = {}, .pids = {}, .env = {env("OTHER!")}}, subject));
}

TEST(StatsSelection, ConditionsAsTheyAreWritten) {
  EXPECT_EQ(env("A=b=c!"), (rules::EnvCondition{.name = "A", .kind = Kind::kEquals, .text = "b=c!"}));
  EXPECT_EQ(env("A=~x"), (rules::EnvCondition{.name = "A", .kind = Kind::kEquals, .text = "~x"})) << "not a pattern";
  EXPECT_EQ(env("A!"), (rules::EnvCondition{.name = "A", .kind = Kind::kAbsent, .text = ""}));
  for (const std::string_view bad : {"", "A", "=x", "!"}) EXPECT_FALSE(parse_env_condition(bad)) << bad;
}

}  // namespace
}  // namespace procledger::stats
