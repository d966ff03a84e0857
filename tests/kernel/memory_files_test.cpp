// SPDX-License-Identifier: Apache-2.0
// Gauges of living processes: memory by kind compared with /proc/PID/status, open files, thread states; and peak memory of a process that
// no scan has seen.
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <iostream>

#include "support/clocks.hpp"
#include "support/daemon_test.hpp"
#include "support/host.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

class Holdings : public DaemonTest {
 protected:
  Result<Child> hold(std::uint64_t anonymous, std::uint64_t shared, std::uint64_t in_file, std::uint64_t fds, std::uint64_t threads) {
    const std::string file = (files_.path() / "mapped").string();
    if (in_file > 0) std::ofstream{file}.write(std::string(in_file, 'x').data(), static_cast<std::streamsize>(in_file));
    auto holder = Child::spawn({.argv = {names_.link("holder", "holder"), std::to_string(anonymous), std::to_string(shared),
                                         std::to_string(in_file), file, std::to_string(fds), std::to_string(threads)},
                                .cgroup_procs = {},
                                .cpu = {},
                                .inherit = {}});
    if (!holder) return holder;
    if (!eventually(kHangDeadline, [&] { return holder->out() == "ready\n"; })) return fail(ErrorKind::kIo, holder->err());
    return holder;
  }

  [[nodiscard]] std::optional<double> shown(const Exposition& page, const char* metric, LabelMap labels = {}) const {
    labels.emplace("group", names_.comm("holder"));
    return page.value(metric, labels);
  }

  /// Bytes of a line of /proc/PID/status.
  static double status(pid_t pid, const std::string& key) {
    for (const std::string& line : words(read_file("/proc/" + std::to_string(pid) + "/status").value_or(""), "\n")) {
      if (line.starts_with(key + ":")) return std::stod(line.substr(key.size() + 1)) * 1024;
    }
    return -1;
  }

  UniqueNames names_;
  TempDir files_;
};

TEST_F(Holdings, EachKindOfMemoryIsWhatTheKernelSays) {
  const auto holder = hold(300'000'000, 100'000'000, 50'000'000, 0, 1);
  ASSERT_TRUE(holder) << holder.error().message;
  const auto page = daemon_->scrape();
  ASSERT_TRUE(page) << page.error().message;
  const auto check = [&](const char* metric, const char* key) {
    const double truth = status(holder->pid(), key);
    const double is = shown(*page, metric).value_or(-1);
    std::cout << key << " " << truth << ", shown " << is << "\n";
    EXPECT_NEAR(is, truth, std::max(0.02 * truth, 524288.0)) << metric;
  };
  check("procledger_group_resident_memory_bytes", "VmRSS");
  check("procledger_group_resident_anon_bytes", "RssAnon");
  check("procledger_group_resident_file_bytes", "RssFile");
  check("procledger_group_resident_shmem_bytes", "RssShmem");
  check("procledger_group_swap_bytes", "VmSwap");
  check("procledger_group_virtual_memory_bytes", "VmSize");
  check("procledger_group_peak_resident_memory_bytes", "VmHWM");
}

TEST_F(Holdings, PeakOfAProcessThatNobodySawAlive) {
  const auto before = daemon_->scrape();
  ASSERT_TRUE(before) << before.error().message;
  const auto hog = run_command({names_.link("hog", "hog"), "400000000"});
  ASSERT_TRUE(hog) << hog.error().message;
  double peak = 0;
  EXPECT_TRUE(eventually(kAgreementDeadline, [&] {
    const auto page = daemon_->scrape();
    peak = page ? page->sum({.name = "procledger_group_peak_resident_memory_bytes", .labels = {{"group", names_.comm("hog")}}}) : 0;
    return peak >= 400'000'000;
  }));
  EXPECT_LE(peak, 420'000'000);
}

TEST_F(Holdings, OpenFilesAndTheirLimit) {
  constexpr double kFiles = 5000;
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit raised{.rlim_cur = std::max<rlim_t>(limit.rlim_cur, 20'000), .rlim_max = std::max<rlim_t>(limit.rlim_max, 20'000)};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &raised), 0);
  const auto holder = hold(0, 0, 0, 5000, 1);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  ASSERT_TRUE(holder) << holder.error().message;
  const auto page = daemon_->scrape();
  ASSERT_TRUE(page) << page.error().message;
  std::size_t truth = 0;
  for ([[maybe_unused]] const auto& fd : std::filesystem::directory_iterator{"/proc/" + std::to_string(holder->pid()) + "/fd"}) ++truth;
  EXPECT_GE(static_cast<double>(truth), kFiles);
  EXPECT_EQ(shown(*page, "procledger_group_open_fds"), static_cast<double>(truth));
  EXPECT_DOUBLE_EQ(shown(*page, "procledger_group_max_fd_usage_ratio").value_or(0),
                   static_cast<double>(truth) / static_cast<double>(raised.rlim_cur));
}

TEST_F(Holdings, EachThreadIsInOneState) {
  const auto holder = hold(0, 0, 0, 0, 9);
  ASSERT_TRUE(holder) << holder.error().message;
  ASSERT_TRUE(holder->falls_asleep());
  const auto page = daemon_->scrape();
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(shown(*page, "procledger_group_thread_states", {{"state", "sleeping"}}), 9);
  EXPECT_EQ(page->sum({.name = "procledger_group_thread_states", .labels = {{"group", names_.comm("holder")}}}), 9);
  EXPECT_EQ(shown(*page, "procledger_group_threads"), 9);
}

// The process lives on in its threads; one of the threads supplies memory and open files.
TEST_F(Holdings, LeaderThatEndedIsNoZombie) {
  const auto holder =
      Child::spawn({.argv = {names_.link("holder", "leader_exits"), "3", "1500000"}, .cgroup_procs = {}, .cpu = {}, .inherit = {}});
  ASSERT_TRUE(holder) << holder.error().message;
  Exposition page;
  ASSERT_TRUE(eventually(kHangDeadline, [&] {
    if (auto scraped = daemon_->scrape()) page = std::move(*scraped);
    return shown(page, "procledger_group_threads") == 3 && status(holder->pid(), "Threads") > 0 &&
           read_file("/proc/" + std::to_string(holder->pid()) + "/status").value_or("").find("State:\tZ") != std::string::npos;
  }));
  EXPECT_EQ(shown(page, "procledger_group_zombies"), 0);
  EXPECT_EQ(shown(page, "procledger_group_thread_states", {{"state", "zombie"}}), 0);
  EXPECT_EQ(shown(page, "procledger_group_processes"), 1);
  EXPECT_GT(shown(page, "procledger_group_resident_memory_bytes").value_or(0), 100'000);
  EXPECT_GE(shown(page, "procledger_group_open_fds").value_or(0), 3);
}

}  // namespace
}  // namespace procledger::test
