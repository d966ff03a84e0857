// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/selection.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/known_host.hpp"

namespace procledger::stats {
namespace {

using Kind = rules::EnvCondition::Kind;
using namespace std::string_view_literals;

constexpr std::string_view kBlock = "TAG=x\0EMPTY=\0PATH=/bin\0"sv;

ledger::ProcessFacts web() {
  ledger::ProcessFacts facts;
  facts.comm = "web";
  facts.uid = 33;
  facts.tgid = 10;
  return facts;
}

class StatsSelection : public testing::Test {
 protected:
  StatsSelection() {
    host.users[33] = "www-data";
    host.programs[10].env = kBlock;
  }

  bool takes(const Wanted& wanted, const ledger::ProcessFacts& facts = web()) {
    const auto selection = Selection::compile(wanted);
    EXPECT_TRUE(selection) << selection.error().message;
    if (!selection) return false;
    rules::ProcessAttributes process{host, facts, selection->required()};
    return selection->takes(process);
  }

  test::KnownHost host;
};

rules::EnvCondition env(std::string_view text) {
  const auto condition = parse_env_condition(text);
  EXPECT_TRUE(condition) << condition.error().message;
  return condition.value_or(rules::EnvCondition{});
}

TEST_F(StatsSelection, NothingAskedTakesEverybody) {
  EXPECT_TRUE(takes({}));
  ledger::ProcessFacts unknown;
  unknown.comm = "kworker/0:1";
  unknown.kernel_thread = true;
  EXPECT_TRUE(takes({}, unknown));
  EXPECT_EQ(host.asked, test::KnownHost::Asked{});
}

TEST_F(StatsSelection, AnyNameAnyUserAnyNumberAndAllOfThese) {
  EXPECT_TRUE(takes({.names = {"db", "web"}, .users = {}, .pids = {}, .env = {}}));
  EXPECT_FALSE(takes({.names = {"we"}, .users = {}, .pids = {}, .env = {}})) << "a name is the whole name";
  EXPECT_TRUE(takes({.names = {}, .users = {"root", "www-data"}, .pids = {}, .env = {}}));
  EXPECT_TRUE(takes({.names = {}, .users = {"33"}, .pids = {}, .env = {}}));
  EXPECT_TRUE(takes({.names = {}, .users = {}, .pids = {9, 10}, .env = {}}));
  EXPECT_FALSE(takes({.names = {}, .users = {}, .pids = {9}, .env = {}}));
  EXPECT_FALSE(takes({.names = {"web"}, .users = {"root"}, .pids = {}, .env = {}})) << "one selector matches, the other does not";
}

TEST_F(StatsSelection, TheKernelKeepsFifteenBytesOfAName) {
  ledger::ProcessFacts facts = web();
  facts.comm = "a-very-long-nam";
  EXPECT_TRUE(takes({.names = {"a-very-long-name-indeed"}, .users = {}, .pids = {}, .env = {}}, facts));
}

TEST_F(StatsSelection, AllVariablesHaveToHold) {
  EXPECT_TRUE(takes({.names = {}, .users = {}, .pids = {}, .env = {env("TAG=x"), env("OTHER!")}}));
  EXPECT_FALSE(takes({.names = {}, .users = {}, .pids = {}, .env = {env("TAG=x"), env("PATH!")}}));
  EXPECT_FALSE(takes({.names = {}, .users = {}, .pids = {}, .env = {env("TAG=xy")}}));
  EXPECT_TRUE(takes({.names = {}, .users = {}, .pids = {}, .env = {env("EMPTY=")}}));
  EXPECT_FALSE(takes({.names = {}, .users = {}, .pids = {}, .env = {env("EMPTY!")}})) << "set to an empty value";
}

TEST_F(StatsSelection, AnUnknownEnvironmentSatisfiesNothing) {
  host.programs.clear();
  EXPECT_FALSE(takes({.names = {}, .users = {}, .pids = {}, .env = {env("TAG=x")}}));
  EXPECT_FALSE(takes({.names = {}, .users = {}, .pids = {}, .env = {env("OTHER!")}}));
}

TEST_F(StatsSelection, TheEnvironmentIsReadOnlyOfAProcessWithAllTheRest) {
  EXPECT_FALSE(takes({.names = {"db"}, .users = {}, .pids = {}, .env = {env("TAG=x")}}));
  EXPECT_FALSE(takes({.names = {}, .users = {"root"}, .pids = {}, .env = {env("TAG=x")}}));
  EXPECT_FALSE(takes({.names = {}, .users = {}, .pids = {9}, .env = {env("TAG=x")}}));
  EXPECT_EQ(host.asked.program, 0);
  EXPECT_TRUE(takes({.names = {"web"}, .users = {"33"}, .pids = {10}, .env = {env("TAG=x"), env("OTHER!")}}));
  EXPECT_EQ(host.asked.program, 1);
}

TEST_F(StatsSelection, ConditionsAsTheyAreWritten) {
  EXPECT_EQ(env("A=b=c!"), (rules::EnvCondition{.name = "A", .kind = Kind::kEquals, .text = "b=c!"}));
  EXPECT_EQ(env("A=~x"), (rules::EnvCondition{.name = "A", .kind = Kind::kEquals, .text = "~x"})) << "not a pattern";
  EXPECT_EQ(env("A!"), (rules::EnvCondition{.name = "A", .kind = Kind::kAbsent, .text = ""}));
  for (const std::string_view bad : {"", "A", "=x", "!"}) EXPECT_FALSE(parse_env_condition(bad)) << bad;
}

}  // namespace
}  // namespace procledger::stats
