// SPDX-License-Identifier: Apache-2.0
// The diagnostics of a configuration file: of `check-config`, and of a program that starts with the file.
#include <gtest/gtest.h>

#include "support/child.hpp"
#include "support/clocks.hpp"
#include "support/daemon_process.hpp"
#include "support/files.hpp"
#include "support/host.hpp"
#include "support/load.hpp"

namespace procledger::test {
namespace {

class CheckConfig : public testing::Test {
 protected:
  [[nodiscard]] std::string file() const { return directory_.path() / "c.yaml"; }

  Outcome run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), procledger_binary());
    auto outcome = run_command(std::move(arguments));
    EXPECT_TRUE(outcome) << outcome.error().message;
    return outcome ? std::move(*outcome) : Outcome{};
  }
  Outcome check(const std::string& text, std::vector<std::string> flags = {}) {
    EXPECT_TRUE(write_file(file(), text));
    flags.insert(flags.begin(), {"check-config", file()});
    return run(std::move(flags));
  }
  /// Runs `serve` with a file that is not valid.
  Outcome refused(const std::string& path) { return run({"serve", "--web.listen-address=127.0.0.1:0", "--config.file=" + path}); }

 private:
  TempDir directory_;
};

TEST_F(CheckConfig, GoodFileIsGood) {
  const Outcome outcome = check("groups:\n  - {name: a, match: {comm: a}}\n  - {name: b, match: {comm: b}}\n");
  EXPECT_EQ(outcome.exit_code(), 0);
  EXPECT_EQ(outcome.out, file() + ": good, 2 groups\n");
  EXPECT_EQ(outcome.err, "");
}

TEST_F(CheckConfig, EverythingThatIsWrongIsALineOfItsOwn) {
  const Outcome outcome =
      check("groups:\n  - name: x\n    match: {com: y}\n    threads: names\n  - {name: z, match: {comm: '*'}}\nlimits: {groups: 0}\n");
  EXPECT_EQ(outcome.exit_code(), 1);
  EXPECT_EQ(outcome.err, "procledger: " + file() + " cannot be used; correct the errors printed on stdout\n");
  const auto lines = words(outcome.out, "\n");
  const std::vector<std::string> expected{":3:13: error: groups[0].match: unknown key \"com\"", ":4:14: error: groups[0].threads",
                                          ":5:29: warning: groups[1].match.comm", ":6:18: error: limits.groups"};
  ASSERT_EQ(lines.size(), expected.size()) << outcome.out;
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_TRUE(lines[i].starts_with(file() + expected[i])) << lines[i];
}

TEST_F(CheckConfig, ErrorsComeBeforeTheVerdictAlsoInOnePipe) {
  ASSERT_TRUE(write_file(file(), "groups: 5\n"));
  auto outcome = run_command({"sh", "-c", procledger_binary() + " check-config " + file() + " 2>&1 | cat"});
  ASSERT_TRUE(outcome) << outcome.error().message;
  const auto lines = words(outcome->out, "\n");
  ASSERT_EQ(lines.size(), 2U) << outcome->out;
  EXPECT_NE(lines[0].find(": error: "), std::string::npos) << lines[0];
  EXPECT_EQ(lines[1], "procledger: " + file() + " cannot be used; correct the errors printed on stdout");
}

TEST_F(CheckConfig, WarningsAreSaidAndKeepNothingFromBeingUsed) {
  const Outcome outcome = check("groups:\n  - {name: all}\n  - {name: never, match: {comm: a}}\n");
  EXPECT_EQ(outcome.exit_code(), 0) << outcome.err;
  EXPECT_TRUE(outcome.out.starts_with(file() + ":3:5: warning: groups[1]: no process reaches this rule")) << outcome.out;
  EXPECT_TRUE(outcome.out.ends_with(file() + ": good, 2 groups\n")) << outcome.out;
}

TEST_F(CheckConfig, WarningsAtTheStartAreInTheLog) {
  PROCLEDGER_REQUIRE_BPF();
  ASSERT_TRUE(write_file(file(), "groups:\n  - {name: all}\n  - {name: never, match: {comm: a}}\n"));
  const auto daemon = DaemonProcess::start({.flags = {"--config.file=" + file()}});
  ASSERT_TRUE(daemon) << daemon.error().message;
  EXPECT_NE(daemon->log().find("event=config_warning problem=\"" + file() + ":3:5: warning: "), std::string::npos) << daemon->log();
}

TEST_F(CheckConfig, ProcessExportersFormIsRead) {
  const Outcome outcome = check("process_names:\n  - {name: '{{.Comm}}', cmdline: ['.+']}\n");
  EXPECT_EQ(outcome.exit_code(), 0);
  EXPECT_EQ(outcome.out, file() + ": good, 1 group\n");
}

TEST_F(CheckConfig, DefaultsAsPrintedAreGoodAndWithoutWarnings) {
  const Outcome printed = run({"--print-default-config"});
  EXPECT_EQ(printed.exit_code(), 0);
  const Outcome outcome = check(printed.out);
  EXPECT_EQ(outcome.exit_code(), 0) << outcome.out;
  EXPECT_EQ(outcome.out, file() + ": good, 0 groups\n");
}

TEST_F(CheckConfig, ExpectCountsWhatThisHostWouldHave) {
  PROCLEDGER_REQUIRE_BPF();
  const UniqueNames names;
  std::vector<Child> sleepers;
  for (int i = 0; i < 3; ++i) {
    auto sleeper = Child::spawn({.argv = {names.link("s", "/bin/sleep"), "1000"}, .cgroup_procs = {}, .cpu = {}, .inherit = {}});
    ASSERT_TRUE(sleeper) << sleeper.error().message;
    sleepers.push_back(std::move(*sleeper));
  }
  for (const Child& sleeper : sleepers) ASSERT_TRUE(sleeper.falls_asleep());
  const Outcome outcome =
      check("groups:\n  - {name: mine, match: {comm: " + names.comm("s") + "}, labels: {team: x}}\ndefault: drop\n", {"--expect"});
  EXPECT_EQ(outcome.exit_code(), 0) << outcome.err;
  EXPECT_NE(outcome.out.find("\nthis host now: 1 group, "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("\n  3\tmine team=x\n"), std::string::npos) << outcome.out;
  EXPECT_EQ(check("groups: 5\n", {"--expect"}).exit_code(), 1);
}

TEST_F(CheckConfig, FileThatCannotBeReadIsSaid) {
  const Outcome missing = run({"check-config", "/nonexistent/c.yaml"});
  EXPECT_EQ(missing.exit_code(), 1);
  EXPECT_EQ(missing.out, "/nonexistent/c.yaml: error: cannot be opened: No such file or directory\n");
  EXPECT_EQ(run({"check-config"}).exit_code(), 1);
}

TEST_F(CheckConfig, DaemonDoesNotStartWithoutItsFile) {
  const Outcome missing = refused("/nonexistent/c.yaml");
  EXPECT_EQ(missing.exit_code(), 1);
  EXPECT_EQ(missing.err, "procledger: /nonexistent/c.yaml: error: cannot be opened: No such file or directory\n");
  const Outcome directory = refused("/tmp");
  EXPECT_EQ(directory.exit_code(), 1);
  EXPECT_EQ(directory.err, "procledger: /tmp: error: cannot be read: Is a directory\n");
}

TEST_F(CheckConfig, DaemonDoesNotStartWithABrokenFile) {
  ASSERT_TRUE(write_file(file(), "groups:\n  - {name: x, match: {com: y}}\n"));
  const Outcome broken = refused(file());
  EXPECT_EQ(broken.exit_code(), 1);
  EXPECT_NE(broken.err.find(file() + ":2:23: error: groups[0].match: unknown key \"com\""), std::string::npos) << broken.err;
}

}  // namespace
}  // namespace procledger::test
