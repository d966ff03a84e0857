// SPDX-License-Identifier: Apache-2.0
// The errors of a daemon that cannot start: one line with the cause, and an exit code.
#include <gtest/gtest.h>

#include "support/daemon_process.hpp"
#include "support/host.hpp"
#include "support/prometheus_server.hpp"
#include "support/public_binary.hpp"

namespace procledger::test {
namespace {

std::size_t lines(const std::string& text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')); }

const std::string kAnyPort = "--web.listen-address=127.0.0.1:0";

/// Runs a command that must fail to start, and returns its stderr.
std::string refusal(std::vector<std::string> argv, int exit_code) {
  const auto outcome = run_command(std::move(argv));
  if (!outcome) {
    ADD_FAILURE() << outcome.error().message;
    return {};
  }
  EXPECT_EQ(outcome->exit_code(), exit_code) << outcome->err;
  EXPECT_EQ(outcome->out, "");
  return outcome->err;
}

TEST(StartRefusal, BusyPortIsOneLine) {
  PROCLEDGER_REQUIRE_BPF();
  const auto daemon = DaemonProcess::start();
  ASSERT_TRUE(daemon) << daemon.error().message;
  const std::string said = refusal({procledger_binary(), "serve", "--web.listen-address=" + daemon->address().text()}, kCannotStart);
  EXPECT_NE(said.find(daemon->address().text()), std::string::npos) << said;
  EXPECT_EQ(lines(said), 1u) << said;
}

class StartAsNobody : public testing::Test {
 protected:
  void SetUp() override { PROCLEDGER_REQUIRE_BPF(); }
  [[nodiscard]] std::string binary() const { return binary_.path(); }

  PublicBinary binary_;
};

TEST_F(StartAsNobody, WithoutCapabilitiesNamesThem) {
  const std::string said =
      refusal({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", binary(), "serve", "--source=bpf", kAnyPort}, kCannotStart);
  EXPECT_NE(said.find("CAP_BPF"), std::string::npos) << said;
  EXPECT_NE(said.find("CAP_PERFMON"), std::string::npos) << said;
  EXPECT_EQ(lines(said), 1u) << said;
}

TEST_F(StartAsNobody, TheTwoCapabilitiesAreEnough) {
  const auto outcome = run_command({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+bpf,+perfmon",
                                    "--ambient-caps=+bpf,+perfmon", binary(), "once"});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->exit_code(), 0) << outcome->err;
  const auto page = Exposition::parse(outcome->out);
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->sum({.name = "procledger_source_active", .labels = {{"source", "bpf"}}}), 1);
}

TEST(StartRefusal, EmptyBtfIsNamed) {
  PROCLEDGER_REQUIRE_BPF();
  const std::string said =
      refusal({"unshare", "-m", "sh", "-c",
               "mount --bind /dev/null /sys/kernel/btf/vmlinux && exec " + procledger_binary() + " serve --source=bpf " + kAnyPort},
              kCannotStart);
  EXPECT_NE(said.find("BTF"), std::string::npos) << said;
  EXPECT_EQ(lines(said), 1u) << said;
}

TEST(StartRefusal, MissingBtfIsNamed) {
  PROCLEDGER_REQUIRE_BPF();
  const TempDir empty;
  const std::string said = refusal(
      {"unshare", "-m", "sh", "-c",
       "mount --bind " + empty.path().string() + " /sys/kernel/btf && exec " + procledger_binary() + " serve --source=bpf " + kAnyPort},
      kCannotStart);
  EXPECT_NE(said.find("BTF"), std::string::npos) << said;
  EXPECT_EQ(lines(said), 1u) << said;
}

TEST(StartRefusal, NestedPidNamespaceIsNamed) {
  PROCLEDGER_REQUIRE_BPF();
  const std::string said = refusal(
      {"unshare", "-p", "-f", "--kill-child", "--mount-proc", procledger_binary(), "serve", "--source=bpf", kAnyPort}, kCannotStart);
  EXPECT_NE(said.find("hostPID"), std::string::npos) << said;
  EXPECT_EQ(lines(said), 1u) << said;
}

TEST(StartRefusal, UnknownFlagGetsAHint) {
  const std::string said = refusal({procledger_binary(), "serve", "--web.listen-adress=127.0.0.1:0"}, kUsage);
  EXPECT_NE(said.find("--web.listen-adress"), std::string::npos) << said;
  EXPECT_NE(said.find("--web.listen-address"), std::string::npos) << said;
}

TEST(StartRefusal, UnknownCommandIsAUsageError) { EXPECT_NE(refusal({procledger_binary(), "sevre"}, kUsage), ""); }

TEST(StartRefusal, BadAddressIsAUsageError) {
  const std::string said = refusal({procledger_binary(), "serve", "--web.listen-address=nowhere"}, kUsage);
  EXPECT_NE(said.find("nowhere"), std::string::npos) << said;
}

TEST(Once, PrintsAPageThatPromtoolAccepts) {
  PROCLEDGER_REQUIRE_BPF();
  const auto outcome = run_command({procledger_binary(), "once"});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->exit_code(), 0) << outcome->err;
  const auto page = Exposition::parse(outcome->out);
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_GT(page->count({.name = "procledger_group_cpu_seconds_total"}), 0u);
  const auto complaints = promtool_complaints(outcome->out);
  ASSERT_TRUE(complaints) << complaints.error().message;
  EXPECT_EQ(*complaints, "");
}

TEST(Once, SaysTheTimeOfGrowthUnlessItIsGiven) {
  const auto usual = run_command({procledger_binary(), "once", "--source=proc"});
  ASSERT_TRUE(usual) << usual.error().message;
  EXPECT_EQ(usual->err, "procledger: once: counters show the growth over 1s; --for sets another time\n");
  const auto given = run_command({procledger_binary(), "once", "--source=proc", "--for=100ms"});
  ASSERT_TRUE(given) << given.error().message;
  EXPECT_EQ(given->err, "");
}

TEST(Once, CountersShowTheGrowth) {
  const UniqueNames names;
  const auto burner =
      Child::spawn({.argv = {names.link("b", "/bin/sh"), "-c", "while :; do :; done"}, .cgroup_procs = {}, .cpu = {}, .inherit = {}});
  ASSERT_TRUE(burner) << burner.error().message;
  const TempDir directory;
  const std::string file = directory.path() / "page.prom";
  const auto outcome = run_command({procledger_binary(), "once", "--source=proc", "--for=2s", "--output=" + file});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->exit_code(), 0) << outcome->err;
  EXPECT_EQ(outcome->out, "");
  const auto page = Exposition::parse(read_file(file).value_or(""));
  ASSERT_TRUE(page) << page.error().message;
  const double used = page->sum({.name = "procledger_group_cpu_seconds_total", .labels = {{"group", names.comm("b")}}});
  EXPECT_GT(used, 0.1) << "at least a share of a busy CPU";
  EXPECT_LT(used, 4) << "time before the first collection does not count";
  EXPECT_EQ(page->count({.name = "process_open_fds"}), 0U) << "node_exporter has that metric itself";
}

TEST(Version, IsSaidInOneLine) {
  const auto outcome = run_command({procledger_binary(), "--version"});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->exit_code(), 0);
  EXPECT_TRUE(outcome->out.starts_with("procledger")) << outcome->out;
}

}  // namespace
}  // namespace procledger::test
