// SPDX-License-Identifier: Apache-2.0
#include "compare/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include <CLI/CLI.hpp>

#include "support/files.hpp"

namespace procledger::bench {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

Setup parse(const std::vector<std::string>& arguments) {
  CLI::App app;
  return parse_options(app, "/own/procledger", arguments);
}

/// The error of a command line; empty if it is valid.
std::string complaint(const std::vector<std::string>& arguments) {
  try {
    static_cast<void>(parse(arguments));
    return {};
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
}

std::string script(const test::TempDir& directory, std::string_view text) {
  const std::filesystem::path path = directory.path() / "program";
  EXPECT_TRUE(test::write_file(path, text));
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

std::string version_error(const std::string& program) {
  const auto version = procledger_version(program);
  return version ? "" : version.error().message;
}

TEST(CompareOptions, MeasureEverythingBesideOthersByDefault) {
  const auto setup = parse({});
  EXPECT_EQ(setup.daemon, "/own/procledger");
  EXPECT_EQ(setup.against, "");
  EXPECT_EQ(setup.rounds, 7);
  EXPECT_TRUE(setup.measures("switch"));
  EXPECT_TRUE(setup.measures("run"));
}

TEST(CompareOptions, TakePartsWithCommas) {
  const auto setup = parse({"--only", "switch,lives", "/other/procledger"});
  EXPECT_THAT(setup.parts, ElementsAre("switch", "lives"));
  EXPECT_EQ(setup.daemon, "/other/procledger");
  EXPECT_TRUE(setup.measures("lives"));
  EXPECT_FALSE(setup.measures("pipe"));
}

TEST(CompareOptions, TakePartsFlagByFlagToo) {
  EXPECT_THAT(parse({"--only=run", "--only", "pipe,lives"}).parts, ElementsAre("run", "pipe", "lives"));
}

TEST(CompareOptions, AnUnknownPartListsAllParts) {
  for (const char* given : {"switch,other", "other"}) {
    EXPECT_THAT(complaint({"--only", given}),
                AllOf(HasSubstr("no part \"other\""), HasSubstr("switch, pipe, collections, overhead, lives, run")))
        << given;
  }
}

TEST(CompareOptions, AnotherBuildNeedsMoreRounds) {
  EXPECT_EQ(parse({"--against", "/last/procledger"}).rounds, 12);
  EXPECT_EQ(parse({"--against", "/last/procledger", "--rounds", "20"}).rounds, 20);
  EXPECT_EQ(parse({"--against", "/last/procledger"}).against, "/last/procledger");
}

TEST(CompareOptions, AgainstNeedsAProgram) { EXPECT_THAT(complaint({"--against"}), HasSubstr("--against")); }

TEST(CompareOptions, RoundsAreAtLeastOne) { EXPECT_THAT(complaint({"--rounds", "0"}), HasSubstr("--rounds")); }

TEST(CompareProgram, SaysItsVersion) {
  const test::TempDir directory;
  const auto version = procledger_version(script(directory, "#!/bin/sh\necho \"procledger 0.1.0 (revision $1)\"\n"));
  ASSERT_TRUE(version) << version.error().message;
  EXPECT_EQ(*version, "procledger 0.1.0 (revision --version)");
}

TEST(CompareProgram, ThatIsMissingIsNamed) { EXPECT_EQ(version_error("/nowhere/procledger"), "/nowhere/procledger: no such file"); }

TEST(CompareProgram, ThatCannotBeRunIsNamed) {
  const test::TempDir directory;
  const std::string path = script(directory, "#!/bin/sh\necho procledger 1\n");
  std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  EXPECT_EQ(version_error(path), path + ": is not executable");
  EXPECT_EQ(version_error(directory.path()), directory.path().string() + ": is not executable");
}

TEST(CompareProgram, ThatIsAnotherOneIsNamed) {
  const test::TempDir directory;
  EXPECT_THAT(version_error(script(directory, "#!/bin/sh\necho another 1.0\n")),
              HasSubstr("is not procledger; --version prints \"another 1.0\""));
  EXPECT_THAT(version_error(script(directory, "#!/bin/sh\necho procledger 1\nexit 1\n")), HasSubstr("is not procledger"));
  EXPECT_THAT(version_error("/bin/true"), HasSubstr("/bin/true: is not procledger"));
}

}  // namespace
}  // namespace procledger::bench
