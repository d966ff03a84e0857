// SPDX-License-Identifier: Apache-2.0
#include "sources/probe/sysfs_text.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace procledger::probe {
namespace {

using Groups = std::vector<std::uint32_t>;

TEST(LockdownText, BracketsMarkTheModeInForce) {
  EXPECT_EQ(parse_lockdown("[none] integrity confidentiality\n"), probe::Lockdown::kNone);
  EXPECT_EQ(parse_lockdown("none [integrity] confidentiality\n"), probe::Lockdown::kIntegrity);
  EXPECT_EQ(parse_lockdown("none integrity [confidentiality]\n"), probe::Lockdown::kConfidentiality);
  EXPECT_FALSE(parse_lockdown("none integrity confidentiality\n"));
  EXPECT_FALSE(parse_lockdown(""));
}

TEST(HidepidOption, WordsAndNumbers) {
  const Groups nobody{65534};
  EXPECT_EQ(parse_hidepid("rw", nobody), 0);
  EXPECT_EQ(parse_hidepid("rw,hidepid=2", nobody), 2);
  EXPECT_EQ(parse_hidepid("rw,hidepid=off", nobody), 0);
  EXPECT_EQ(parse_hidepid("rw,hidepid=noaccess", nobody), 1);
  EXPECT_EQ(parse_hidepid("rw,hidepid=invisible,gid=23", nobody), 2);
  EXPECT_EQ(parse_hidepid("rw,hidepid=ptraceable", nobody), 4);
  EXPECT_FALSE(parse_hidepid("rw,hidepid=sometimes", nobody)) << "unknown";
}

TEST(HidepidOption, GroupIsExempt) {
  EXPECT_EQ(parse_hidepid("rw,gid=23,hidepid=invisible", Groups{7, 23}), 0);
  EXPECT_EQ(parse_hidepid("rw,gid=23,hidepid=invisible", Groups{0}), 2) << "the option names a group other than root";
  EXPECT_EQ(parse_hidepid("rw,hidepid=invisible", Groups{0}), 0);
  EXPECT_EQ(parse_hidepid("rw,hidepid=ptraceable,gid=23", Groups{23}), 4) << "this value exempts no group";
}

TEST(SchedstatText, ZerosAreNoValues) {
  EXPECT_TRUE(counts_anything("0 120 0\n"));
  EXPECT_FALSE(counts_anything("0 0 0\n"));
  EXPECT_FALSE(counts_anything(""));
}

TEST(SeccompLine, ShowsWhetherThereIsAFilter) {
  EXPECT_EQ(parse_seccomp("NoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_filters:\t0\n"), false);
  EXPECT_EQ(parse_seccomp("Name:\tx\nSeccomp:\t2\n"), true);
  EXPECT_FALSE(parse_seccomp("Name:\tSeccomp:\n"));
}

TEST(SettingText, IsANumberInALine) {
  EXPECT_EQ(parse_setting("2\n"), 2);
  EXPECT_FALSE(parse_setting("\n"));
  EXPECT_FALSE(parse_setting("on\n"));
}

}  // namespace
}  // namespace procledger::probe
