// SPDX-License-Identifier: Apache-2.0
// If eBPF is not available, or fails later, the next source takes over, and the log has the reason.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>

#include "support/bpf_image.hpp"
#include "support/clocks.hpp"
#include "support/daemon_process.hpp"
#include "support/foreign_fd.hpp"
#include "support/host.hpp"
#include "support/load.hpp"
#include "support/scraper.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

using namespace std::chrono_literals;

std::string active_source(const DaemonProcess& daemon) {
  const auto page = daemon.scrape();
  if (!page) return page.error().message;
  for (const char* source : {"bpf", "taskstats", "proc"}) {
    if (page->sum({.name = "procledger_source_active", .labels = {{"source", source}}}) == 1) return source;
  }
  return "none";
}

std::size_t lines_with(const std::string& log, const std::string& text) {
  std::size_t count = 0;
  for (const std::string& line : words(log, "\n")) count += line.find(text) != std::string::npos ? 1U : 0U;
  return count;
}

/// One way to deny eBPF to a program.
struct Denial {
  std::string name;
  std::vector<std::string> before;
  std::string reason;            ///< the reason on the page
  std::string said;              ///< in the log line, and in the error with --source=bpf
  std::uint32_t wire_version{};  ///< the version of the records in the eBPF object, if changed
};

void PrintTo(const Denial& denial, std::ostream* out) { *out << denial.name; }

class Denied : public testing::TestWithParam<Denial> {
 protected:
  void SetUp() override {
    PROCLEDGER_REQUIRE_BPF();
    // Other users may have no access to the build directory.
    std::filesystem::permissions(directory_.path(), std::filesystem::perms{0755});
    std::filesystem::copy(procledger_binary(), directory_.path());
    if (GetParam().wire_version != 0) {
      ASSERT_TRUE(says_other_records(GetParam().wire_version));
    }
  }

  [[nodiscard]] bool says_other_records(std::uint32_t version) const {
    auto program = read_file(binary());
    return program && set_wire_version(*program, 0, version) && write_file(binary(), *program).has_value();
  }

  [[nodiscard]] std::string binary() const { return directory_.path() / std::filesystem::path{procledger_binary()}.filename(); }

  TempDir directory_;
};

TEST_P(Denied, AutoStartsAtOnceOnTheNextSourceAndSaysWhyInOneLine) {
  const auto started = [](const DaemonOptions& options, std::chrono::nanoseconds& took) {
    const auto began = std::chrono::steady_clock::now();
    auto daemon = DaemonProcess::start(options);
    took = std::chrono::steady_clock::now() - began;
    if (daemon) took -= run_queue_wait(std::to_string(daemon->pid()));
    return daemon;
  };
  std::chrono::nanoseconds took{};
  const auto daemon = started({.run_by = GetParam().before, .binary = binary()}, took);
  ASSERT_TRUE(daemon) << daemon.error().message;
  // A second, without the time that other processes take. On a slow machine: twice the time of two starts without a fallback, one with BPF
  // and one without.
  std::chrono::nanoseconds with_bpf{};
  std::chrono::nanoseconds without_bpf{};
  ASSERT_TRUE(started({.flags = {"--source=bpf"}}, with_bpf));
  ASSERT_TRUE(started({.flags = {"--source=proc"}}, without_bpf));
  EXPECT_LT(took, std::max<std::chrono::nanoseconds>(1s, 2 * (with_bpf + without_bpf)));
  const auto page = daemon->scrape();
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->sum({.name = "procledger_source_active", .labels = {{"source", "bpf"}}}), 0);
  EXPECT_EQ(page->sum({.name = "procledger_source_info", .labels = {{"reason", GetParam().reason}}}), 1) << daemon->log();
  EXPECT_GT(page->sum({.name = "procledger_group_processes"}), 1);
  EXPECT_EQ(lines_with(daemon->log(), "event=source "), 1u) << daemon->log();
  EXPECT_NE(daemon->log().find(GetParam().said), std::string::npos) << daemon->log();
}

TEST_P(Denied, RequestedSourceGetsTheReasonAndTheRemedy) {
  std::vector<std::string> argv = GetParam().before;
  argv.insert(argv.end(), {binary(), "serve", "--source=bpf", "--web.listen-address=127.0.0.1:0"});
  const auto outcome = run_command(std::move(argv));
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->exit_code(), kCannotStart) << outcome->err;
  EXPECT_NE(outcome->err.find(GetParam().said), std::string::npos) << outcome->err;
  EXPECT_EQ(lines_with(outcome->err, ""), 1u) << outcome->err;
}

std::vector<std::string> with_btf(const std::string& mount) { return {"unshare", "-m", "sh", "-c", mount + " && exec \"$@\"", "sh"}; }

INSTANTIATE_TEST_SUITE_P(
    Ways, Denied,
    testing::Values(Denial{"Nobody", {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}, "no_capability", "CAP_BPF"},
                    Denial{"GarbageBtf", with_btf("mount --bind /etc/passwd /sys/kernel/btf/vmlinux"), "bad_btf", "BTF"},
                    Denial{"NoBtf", with_btf("mount -t tmpfs none /sys/kernel/btf"), "no_btf", "BTF"},
                    Denial{"RefusedPrograms", {std::string{PROCLEDGER_TESTPROGS} + "/refuse"}, "refused", "did not accept"},
                    Denial{"OtherRecords", {}, "refused", "records of version 99", 99}),
    [](const auto& each) { return each.param.name; });

class LostHook : public testing::Test {
 protected:
  void SetUp() override {
    PROCLEDGER_REQUIRE_BPF();
    auto daemon = DaemonProcess::start({.flags = {"--web.enable-lifecycle"}});
    ASSERT_TRUE(daemon) << daemon.error().message;
    daemon_.emplace(std::move(*daemon));
    ASSERT_EQ(active_source(*daemon_), "bpf");
  }

  void lose_sched_switch() const {
    const auto link = link_of_program(daemon_->pid(), "on_sched_switch");
    ASSERT_TRUE(link) << "no link of that program";
    const auto closed = lose_in(daemon_->pid(), *link);
    ASSERT_TRUE(closed) << closed.error().message;
  }

  UniqueNames names_;
  std::optional<DaemonProcess> daemon_;
};

TEST_F(LostHook, TheNextSourceTakesOverAndReloadBringsTheBestOneBack) {
  auto load = Load::prepare(names_, 600, 2, {names_.link("burn", "burn"), "20000"});
  ASSERT_TRUE(load) << load.error().message;
  Scraper scraper{*daemon_, 200ms};
  const std::uint64_t used_before = load->cgroup().usage_ns();
  load->go();
  std::this_thread::sleep_for(1s);
  lose_sched_switch();
  EXPECT_TRUE(eventually(kHangDeadline, [&] { return active_source(*daemon_) != "bpf"; })) << daemon_->log();
  EXPECT_NE(daemon_->log().find("reason=hooks_gone"), std::string::npos) << daemon_->log();
  const auto fallen = daemon_->scrape();
  ASSERT_TRUE(fallen) << fallen.error().message;
  EXPECT_EQ(fallen->sum({.name = "procledger_source_info", .labels = {{"reason", "hooks_gone"}}}), 1) << daemon_->log();

  std::this_thread::sleep_for(1s);
  ::kill(daemon_->pid(), SIGHUP);
  EXPECT_TRUE(eventually(kHangDeadline, [&] { return active_source(*daemon_) == "bpf"; })) << daemon_->log();
  const auto ended = load->wait(kHangDeadline);
  ASSERT_TRUE(ended) << ended.error().message;
  const double used = static_cast<double>(load->cgroup().usage_ns() - used_before) / 1e9;
  double shown{};
  double estimated{};
  double lost{};
  static_cast<void>(agree_twice([&] {
    const auto page = daemon_->scrape();
    if (!page) return false;
    shown = page->sum({.name = kGroupCpu, .group_prefix = names_.prefix()});
    estimated = page->sum({.name = "procledger_group_estimated_cpu_seconds_total", .group_prefix = names_.prefix()});
    lost = page->sum({.name = "procledger_lost_cpu_seconds_total", .labels = {{"cause", "source_change"}}});
    return shown + estimated + lost >= used * 0.97;
  }));
  for (const std::string& complaint : scraper.stop()) ADD_FAILURE() << complaint;
  std::cout << "used " << used << " s, shown " << shown << " s, estimated " << estimated << " s, lost between sources " << lost << " s\n";
  EXPECT_LE(shown, used * 1.001 + 0.002) << "counted twice";
  EXPECT_GE(shown + estimated + lost, used * 0.97);
}

}  // namespace
}  // namespace procledger::test
