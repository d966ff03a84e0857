// SPDX-License-Identifier: Apache-2.0
// A real Prometheus parses the page with hostile names of processes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <numeric>
#include <vector>

#include "support/clocks.hpp"
#include "support/host.hpp"
#include "support/prometheus_server.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

using namespace std::string_literals;

/// Ends of names, at most 8 bytes each, after a prefix.
const std::vector<std::string>& hostile_endings() {
  static const std::vector<std::string> endings{
      "\xff\xfe\x80z"s, "a\"b\""s,   "a\nb\r\n"s,         "{x=\"y\"}"s,
      "\\a\\b\\n\\"s,   "# HELP x"s, "\x01\x02\x1b[31m"s, "\xf0\x9f\x92\xa9\xf0\x9f\x92"s,
      "} 1e9 1"s,
  };
  return endings;
}

/// Whole comms: reserved names of procledger, and bytes of every kind.
const std::vector<std::string>& hostile_comms() {
  static const std::vector<std::string> comms{
      "(kernel)"s,
      "(unattributed)"s,
      "(other)"s,
      " "s,
      "\""s,
      "\\"s,
      "\n"s,
      "\xed\xa0\x80\xc0\xaf\xf8\x88\x80\x80\x80\xfe\xff\xc3\x28\x7f"s,
      "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0b\x0c\x0d\x0e\x0f\x10"s,
      "\xe2\x80\xae\xe2\x80\xa8\xc2\x85\xef\xbf\xbe\xef\xbf\xbf"s,
  };
  return comms;
}

constexpr std::size_t kStepUs = 40'000;

double unix_now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

std::string hex(const std::string& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xf];
  }
  return text;
}

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{-1, -1};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return;
    read_end = UniqueFd{ends[0]};
    write_end = UniqueFd{ends[1]};
  }
  UniqueFd read_end;
  UniqueFd write_end;
};

/// Processes with hostile names that sleep, use CPU time on request, sleep again, and exit on request.
class HostileCrowd {
 public:
  /// @param us  CPU time of the processes without the prefix
  Result<void> start(const UniqueNames& names, std::size_t us) {
    const std::string program = names.link("named", "named");
    for (std::size_t i = 0; i < hostile_endings().size(); ++i) {
      if (auto added = add(program, names.prefix() + hostile_endings()[i], kStepUs * (i + 2)); !added) return added;
    }
    named_ = crowd_.size();
    for (const std::string& comm : hostile_comms()) {
      if (auto added = add(program, comm, us); !added) return added;
    }
    return {};
  }
  /// Whether all processes have printed the text and sleep.
  [[nodiscard]] bool all_say(const std::string& text) const {
    return eventually(kHangDeadline,
                      [&] { return std::all_of(crowd_.begin(), crowd_.end(), [&](const Child& child) { return child.out() == text; }); }) &&
           std::all_of(crowd_.begin(), crowd_.end(), [](const Child& child) { return child.falls_asleep(); });
  }
  void burn() { go_.write_end = UniqueFd{}; }
  /// CPU seconds of the processes with the prefix.
  [[nodiscard]] std::vector<double> own_clocks() const {
    std::vector<double> clocks;
    for (std::size_t i = 0; i < named_; ++i) clocks.push_back(static_cast<double>(process_cpu_ns(crowd_[i].pid()).value_or(0)) / 1e9);
    return clocks;
  }

 private:
  Result<void> add(const std::string& program, const std::string& comm, std::size_t us) {
    auto child = Child::spawn({.argv = {program, hex(comm), "10", "11", std::to_string(us)},
                               .cgroup_procs = {},
                               .cpu = {},
                               .inherit = {{go_.read_end.get(), 10}, {end_.read_end.get(), 11}}});
    if (!child) return tl::unexpected{child.error()};
    crowd_.push_back(std::move(*child));
    return {};
  }

  Pipe go_;
  Pipe end_;
  std::vector<Child> crowd_;
  std::size_t named_{};
};

class Prometheus : public testing::Test {
 protected:
  void SetUp() override {
    PROCLEDGER_REQUIRE_BPF();
    if (!run_command({"prometheus", "--version"})) GTEST_SKIP() << "prometheus is not installed";
    auto daemon = DaemonProcess::start();
    ASSERT_TRUE(daemon) << daemon.error().message;
    daemon_.emplace(std::move(*daemon));
  }
  std::optional<DaemonProcess> daemon_;
};

std::vector<double> sorted_differences(const std::map<std::string, double>& before, const std::map<std::string, double>& after) {
  std::vector<double> differences;
  for (const auto& [group, value] : after) {
    const auto old = before.find(group);
    differences.push_back(value - (old == before.end() ? 0 : old->second));
  }
  std::sort(differences.begin(), differences.end());
  return differences;
}

TEST_F(Prometheus, ScrapesHostileNamesAndSeesTheTruth) {
  constexpr int kIntervalSeconds = 1;
  const UniqueNames names;
  HostileCrowd crowd;
  const auto started = crowd.start(names, kStepUs);
  ASSERT_TRUE(started) << started.error().message;
  ASSERT_TRUE(crowd.all_say("named\n"));
  const auto clocks_before = crowd.own_clocks();

  auto server = PrometheusServer::start(daemon_->address(), kIntervalSeconds);
  ASSERT_TRUE(server) << server.error().message;
  const std::string series =
      "sum by (group) (procledger_group_cpu_seconds_total{group=~\"(?s)" + names.prefix() + ".*\",group!=\"" + names.comm("named") + "\"})";
  Result<std::map<std::string, double>> before;
  ASSERT_TRUE(eventually(kHangDeadline,
                         [&] {
                           before = server->query(series, "group");
                           return before && before->size() == hostile_endings().size();
                         }))
      << "groups seen: " << (before ? std::to_string(before->size()) : before.error().message) << "\n"
      << server->log();

  crowd.burn();
  ASSERT_TRUE(crowd.all_say("named\nburnt\n"));
  const double burnt = unix_now();
  ASSERT_TRUE(eventually(kHangDeadline, [&] {
    const auto scraped = server->query("timestamp(procledger_host_cpus)", "job");
    return scraped && !scraped->empty() && scraped->begin()->second > burnt;
  }));
  const auto after = server->query(series, "group");
  ASSERT_TRUE(after) << after.error().message;
  const auto up = server->query("up", "job");
  ASSERT_TRUE(up) << up.error().message;
  EXPECT_EQ(*up, (std::map<std::string, double>{{"procledger", 1}})) << server->last_scrape_error().value_or("");
  const auto always_up = server->query("min_over_time(up[1m])", "job");
  ASSERT_TRUE(always_up) << always_up.error().message;
  EXPECT_EQ(*always_up, *up);

  std::vector<double> truth = crowd.own_clocks();
  for (std::size_t i = 0; i < truth.size(); ++i) truth[i] -= clocks_before[i];
  std::sort(truth.begin(), truth.end());
  const auto shown = sorted_differences(*before, *after);
  ASSERT_EQ(shown.size(), truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) EXPECT_NEAR(shown[i], truth[i], 0.002) << "the " << i << ". smallest";

  // increase() extrapolates by up to half an interval at each end of its samples.
  const auto increase =
      server->query("sum(increase(procledger_group_cpu_seconds_total{group=~\"(?s)" + names.prefix() + ".*\"}[1m]))", "none");
  ASSERT_TRUE(increase) << increase.error().message;
  const double total = std::accumulate(truth.begin(), truth.end(), 0.0);
  EXPECT_NEAR(increase->at(""), total, kIntervalSeconds * static_cast<double>(sysconf(_SC_NPROCESSORS_ONLN)));

  const auto page = daemon_->page();
  ASSERT_TRUE(page) << page.error().message;
  const auto complaints = promtool_complaints(*page);
  ASSERT_TRUE(complaints) << complaints.error().message;
  EXPECT_EQ(*complaints, "");
}

/// The CPU time of each kernel thread, by its own clock.
std::map<pid_t, std::uint64_t> kernel_threads_ns() {
  constexpr std::uint64_t kIsKernelThread = 0x00200000;  // PF_KTHREAD
  std::map<pid_t, std::uint64_t> all;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string stat = read_file(entry.path() / "stat").value_or("");
    const auto fields = words(std::string_view{stat}.substr(std::min(stat.rfind(')') + 1, stat.size())), " ");
    if (fields.size() < 13 || (std::strtoull(fields[6].c_str(), nullptr, 10) & kIsKernelThread) == 0) continue;
    const auto pid = static_cast<pid_t>(std::strtol(entry.path().filename().c_str(), nullptr, 10));
    all[pid] = process_cpu_ns(pid).value_or(0);
  }
  return all;
}

/// The growth of the CPU time of present kernel threads. A difference of sums would fall when an idle kworker exits.
double kernel_threads_seconds_since(const std::map<pid_t, std::uint64_t>& before) {
  std::uint64_t sum = 0;
  for (const auto& [pid, ns] : kernel_threads_ns()) {
    const auto then = before.find(pid);
    sum += ns - std::min(ns, then == before.end() ? 0 : then->second);
  }
  return static_cast<double>(sum) / 1e9;
}

// A process with the name "(kernel)" must not get into the group of kernel threads.
TEST_F(Prometheus, ReservedNamesCannotBeTaken) {
  constexpr std::size_t kReservedUs = 500'000;
  const UniqueNames names;
  HostileCrowd crowd;
  const auto started = crowd.start(names, kReservedUs);
  ASSERT_TRUE(started) << started.error().message;
  ASSERT_TRUE(crowd.all_say("named\n"));
  const auto threads_before = kernel_threads_ns();
  const auto before = daemon_->scrape();
  ASSERT_TRUE(before) << before.error().message;
  crowd.burn();
  ASSERT_TRUE(crowd.all_say("named\nburnt\n"));
  const auto after = daemon_->scrape();
  ASSERT_TRUE(after) << after.error().message;
  const double threads = kernel_threads_seconds_since(threads_before);
  for (const std::string group : {"(kernel)", "(unattributed)", "(other)"}) {
    const Selector cpu{.name = kGroupCpu, .labels = {{"group", group}}};
    const double own = group == "(kernel)" ? threads : 0;
    EXPECT_LT(after->sum(cpu) - before->sum(cpu), own + kReservedUs / 2e6) << group;
  }
  EXPECT_EQ(after->sum({.name = "procledger_group_processes", .labels = {{"group", "(other)"}}}), 0);
}

}  // namespace
}  // namespace procledger::test
