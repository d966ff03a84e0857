// SPDX-License-Identifier: Apache-2.0
// Proportional memory and sockets compared with the kernel's own values, and scrapes while the background sampler is stuck.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <optional>

#include "support/clocks.hpp"
#include "support/daemon_process.hpp"
#include "support/host.hpp"
#include "support/load.hpp"
#include "support/proc_tree.hpp"

namespace procledger::test {
namespace {

constexpr const char* kPassed = "procledger_slow_pass_timestamp_seconds";

double unix_now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

/// Proportional memory by the kernel, summed over all mappings.
double pss_of(pid_t pid) {
  const auto text = read_file("/proc/" + std::to_string(pid) + "/smaps_rollup");
  if (!text) return 0;
  const auto fields = words(*text, " \n");
  const auto at = std::ranges::find(fields, "Pss:");
  return at == fields.end() ? 0 : std::stod(*(at + 1)) * 1024;
}

/// A load of two processes; the first is a child of this test.
struct Holder {
  Child first;
  pid_t second{};
};

class SlowLaneTruth : public testing::Test {
 protected:
  void SetUp() override {
    PROCLEDGER_REQUIRE_BPF();
    auto daemon = DaemonProcess::start({.flags = {"--memory.pss", "--sockets", "--slow.interval=1s"}});
    ASSERT_TRUE(daemon) << daemon.error().message;
    daemon_.emplace(std::move(*daemon));
  }

  std::optional<Holder> hold(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), names_.link("holds", "holds"));
    auto first = Child::spawn({.argv = std::move(arguments), .cgroup_procs = {}, .cpu = {}, .inherit = {}});
    EXPECT_TRUE(first) << first.error().message;
    if (!first || !eventually(kHangDeadline, [&] { return first->out().ends_with('\n'); })) return std::nullopt;
    const pid_t second = std::stoi(first->out());
    return Holder{std::move(*first), second};
  }

  /// A page with values of a pass that began after this call, so that the pass covers all processes that live now.
  std::optional<Exposition> page_from_now_on() const {
    const auto listed = daemon_->scrape();
    EXPECT_TRUE(listed) << listed.error().message;
    const double since = unix_now();
    std::optional<Exposition> page;
    EXPECT_TRUE(eventually(kHangDeadline, [&] {
      auto scraped = daemon_->scrape();
      if (!scraped || scraped->value(kPassed).value_or(0) < since) return false;
      page = std::move(*scraped);
      return true;
    })) << "no pass was completed";
    return page;
  }

  [[nodiscard]] std::optional<double> sockets(const Exposition& page, const std::string& protocol, const std::string& state) const {
    return page.value("procledger_group_sockets", {{"group", names_.comm("holds")}, {"protocol", protocol}, {"state", state}});
  }
  [[nodiscard]] double kinds(const Exposition& page) const {
    return static_cast<double>(page.count({.name = "procledger_group_sockets", .group_prefix = names_.prefix()}));
  }

  UniqueNames names_;
  std::optional<DaemonProcess> daemon_;
};

TEST_F(SlowLaneTruth, SharedMemoryCountsOnce) {
  const auto holder = hold({"64", "0", "0"});
  ASSERT_TRUE(holder);
  const auto page = page_from_now_on();
  ASSERT_TRUE(page);
  const double truth = pss_of(holder->first.pid()) + pss_of(holder->second);
  const auto shown = page->value("procledger_group_proportional_memory_bytes", {{"group", names_.comm("holds")}});
  ASSERT_TRUE(shown);
  std::cout << "shown " << *shown << ", the kernel says " << truth << "\n";
  EXPECT_GT(truth, 64 << 20);
  EXPECT_LT(truth, 72 << 20) << "the load is not what it should be";
  // Copies of the program in other tests share its pages, and start and exit at any time.
  EXPECT_NEAR(*shown, truth, std::max(0.02 * truth, 512.0 * 1024));
}

TEST_F(SlowLaneTruth, SocketsAreExact) {
  const auto holder = hold({"1", "5", "0"});
  ASSERT_TRUE(holder);
  const auto page = page_from_now_on();
  ASSERT_TRUE(page);
  EXPECT_EQ(sockets(*page, "tcp", "listen"), 7);
  EXPECT_EQ(sockets(*page, "tcp", "established"), 10) << "both ends are ours";
  EXPECT_EQ(sockets(*page, "tcp", "close"), 1);
  EXPECT_EQ(sockets(*page, "udp", "unconnected"), 2);
  EXPECT_EQ(sockets(*page, "udp", "established"), 1);
  EXPECT_EQ(sockets(*page, "unix", "connected"), 16) << "eight, held by two processes";
  EXPECT_EQ(sockets(*page, "other", "none"), 1);
  EXPECT_EQ(kinds(*page), 7);
}

TEST_F(SlowLaneTruth, SocketsOfAnotherNetworkNamespaceAreKnown) {
  const auto holder = hold({"1", "0", "1"});
  ASSERT_TRUE(holder) << "a network namespace of its own needs CAP_SYS_ADMIN";
  const auto page = page_from_now_on();
  ASSERT_TRUE(page);
  EXPECT_EQ(sockets(*page, "tcp", "listen"), 7);
  EXPECT_EQ(sockets(*page, "tcp", "close"), 1);
  EXPECT_EQ(sockets(*page, "udp", "unconnected"), 2);
  EXPECT_EQ(sockets(*page, "unix", "connected"), 16);
  EXPECT_EQ(sockets(*page, "other", "none"), 1);
  EXPECT_EQ(kinds(*page), 5);
}

TEST_F(SlowLaneTruth, KernelThreadsHaveNeither) {
  const auto page = page_from_now_on();
  ASSERT_TRUE(page);
  EXPECT_GT(page->value("procledger_group_processes", {{"group", "(kernel)"}}).value_or(0), 0);
  EXPECT_FALSE(page->value("procledger_group_proportional_memory_bytes", {{"group", "(kernel)"}}));
  EXPECT_EQ(page->count({.name = "procledger_group_sockets", .labels = {{"group", "(kernel)"}}}), 0U);
}

TEST(SlowLaneOnce, WaitsForOnePass) {
  PROCLEDGER_REQUIRE_BPF();
  const auto with = run_command({procledger_binary(), "once", "--memory.pss"});
  ASSERT_TRUE(with) << with.error().message;
  const auto page = Exposition::parse(with->out);
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_TRUE(page->value("procledger_group_proportional_memory_bytes", {{"group", "procledger"}}));
  EXPECT_TRUE(page->value(kPassed));
  EXPECT_EQ(page->count({.name = "procledger_group_sockets"}), 0U) << "without --sockets";
}

TEST(SlowLaneOnce, WithoutItsFlagsNothingOfItIsThere) {
  PROCLEDGER_REQUIRE_BPF();
  const auto without = run_command({procledger_binary(), "once"});
  ASSERT_TRUE(without) << without.error().message;
  for (const char* name : {"procledger_group_proportional", "procledger_group_sockets", "procledger_slow_pass"})
    EXPECT_EQ(without->out.find(name), std::string::npos) << name;
}

// A pipe stands in for a file that the background sampler reads, so the sampler blocks until the end of the test.
TEST(SlowLaneStuck, ScrapesAndTheEndDoNotWait) {
  PROCLEDGER_REQUIRE_BPF();
  const ProcTree tree;
  for (const char* name : {"self", "stat"}) tree.link(name, std::string{"/proc/"} + name);
  const std::string pipe = tree.fifo(std::to_string(::getpid()) + "/stat");
  auto daemon = DaemonProcess::start({.flags = {"--memory.pss", "--sockets", "--path.procfs=" + tree.root()}});
  ASSERT_TRUE(daemon) << daemon.error().message;
  UniqueFd writer;
  ASSERT_TRUE(eventually(kHangDeadline, [&] {
    writer = UniqueFd{::open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)};  // fails without a reader
    return static_cast<bool>(writer);
  })) << "the background sampler does not read the pipe";
  std::chrono::nanoseconds longest{};
  for (int i = 0; i < 20; ++i) {
    const auto began = std::chrono::steady_clock::now();
    const auto page = daemon->scrape();
    longest = std::max<std::chrono::nanoseconds>(longest, std::chrono::steady_clock::now() - began);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_FALSE(page->value(kPassed)) << "the background sampler is not stuck";
    EXPECT_GT(page->value("procledger_host_cpus").value_or(0), 0);
  }
  std::cout << "longest scrape " << std::chrono::duration<double, std::milli>(longest).count() << " ms\n";
  EXPECT_LT(longest, kHangDeadline / 4) << "the pipe would block for ever";
  const auto began = std::chrono::steady_clock::now();
  const auto ended = daemon->stop();
  ASSERT_TRUE(ended) << "it does not end";
  EXPECT_EQ(ended->exit_code(), 0) << ended->err;
  EXPECT_LT(std::chrono::steady_clock::now() - began, kHangDeadline / 4) << "the pipe would block for ever";
}

}  // namespace
}  // namespace procledger::test
