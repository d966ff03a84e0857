// SPDX-License-Identifier: Apache-2.0
// Compares all sources and process-exporter: the shown share of the CPU time of short-lived processes, and the cost of a scrape with ten
// thousand processes. In `tools/test full`.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <map>
#include <optional>
#include <thread>

#include "support/clocks.hpp"
#include "support/daemon_process.hpp"
#include "support/files.hpp"
#include "support/host.hpp"
#include "support/load.hpp"
#include "support/process_exporter.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kEstimated = "procledger_group_estimated_cpu_seconds_total";
constexpr const char* kTheirCpu = "namedprocess_namegroup_cpu_seconds_total";

struct Promise {
  const char* source;
  double least;  ///< minimum share of the true CPU time, also of the shortest processes
  double most;
};
// Estimates are in clock ticks, and the last tick of a parent may belong to another group.
constexpr std::array kPromises{Promise{"bpf", 0.999, 1.001}, Promise{"taskstats", 0.95, 1.02}, Promise{"proc", 0.90, 1.02}};

struct Life {
  const char* what;
  const char* us;
  std::uint64_t count;
};
constexpr std::array kLives{Life{"10 ms", "10000", 1000}, Life{"100 ms", "100000", 150}, Life{"1 s", "1000000", 20},
                            Life{"3 s", "3000000", 8}};

class LongSources : public testing::Test {
 protected:
  void SetUp() override {
    PROCLEDGER_REQUIRE_BPF();
    if (!run_command({"prometheus-process-exporter", "-version"})) GTEST_SKIP() << "prometheus-process-exporter is not installed";
    ASSERT_TRUE(write_file(theirs_file(), "process_names:\n  - name: '{{.Comm}}'\n    cmdline: ['.+']\n"));
  }

  [[nodiscard]] std::string theirs_file() const { return directory_.path() / "process-exporter.yaml"; }

  /// The CPU time that each exporter shows for the groups of this prefix, and the child usage of this process.
  using Shown = std::map<std::string, double>;
  [[nodiscard]] Shown shown(const std::string& prefix) const {
    Shown result;
    const std::string own = words(read_file("/proc/self/comm").value_or(""), "\n").at(0);
    for (const auto& [source, daemon] : daemons_) {
      const auto page = daemon.scrape();
      if (!page) continue;
      result[source] = page->sum({.name = kGroupCpu, .group_prefix = prefix}) + page->sum({.name = kEstimated, .group_prefix = prefix}) +
                       page->sum({.name = kEstimated, .labels = {{"group", own}}});
    }
    if (const auto page = theirs_->scrape())
      result["process-exporter"] = page->sum({.name = kTheirCpu, .group_prefix = prefix, .group_label = "groupname"});
    return result;
  }

  TempDir directory_;
  std::map<std::string, DaemonProcess> daemons_;
  std::optional<ProcessExporter> theirs_;
};

TEST_F(LongSources, ShareOfTheTrueCpuTimeByLengthOfLife) {
  for (const Promise& each : kPromises) {
    auto daemon = DaemonProcess::start({.flags = {std::string{"--source="} + each.source}});
    ASSERT_TRUE(daemon) << daemon.error().message;
    daemons_.emplace(each.source, std::move(*daemon));
  }
  auto theirs = ProcessExporter::start({"-config.path=" + theirs_file()});
  ASSERT_TRUE(theirs) << theirs.error().message;
  theirs_.emplace(std::move(*theirs));

  std::map<std::string, std::map<std::string, double>> table;
  for (const Life& life : kLives) {
    const UniqueNames names;
    auto load = Load::prepare(names, life.count, 1, {names.link("burn", "burn"), life.us});
    ASSERT_TRUE(load) << load.error().message;
    const Shown before = shown(names.prefix());
    const std::uint64_t used_before = load->cgroup().usage_ns();
    load->go();
    for (bool ended = false; !ended;) {  // every 5 s, like a Prometheus
      for (int i = 0; i < 50 && !ended; ++i) {
        std::this_thread::sleep_for(100ms);
        ended = load->cgroup().members().empty();
      }
      static_cast<void>(shown(names.prefix()));
    }
    const auto result = load->wait(kHangDeadline);
    ASSERT_TRUE(result) << result.error().message;
    const double used = static_cast<double>(load->cgroup().usage_ns() - used_before) / 1e9;
    std::this_thread::sleep_for(200ms);
    static_cast<void>(shown(names.prefix()));  // a late credit to a parent is on the second page
    for (const auto& [source, seconds] : shown(names.prefix())) table[source][life.what] = (seconds - before.at(source)) / used;
  }

  std::cout << "share of the true CPU time at scrapes every 5 s, %\n" << std::setw(18) << "";
  for (const Life& life : kLives) std::cout << std::setw(9) << life.what;
  std::cout << std::fixed << std::setprecision(2) << '\n';
  for (const auto& [source, shares] : table) {
    std::cout << std::setw(18) << source;
    for (const Life& life : kLives) std::cout << std::setw(9) << 100 * shares.at(life.what);
    std::cout << '\n';
  }
  for (const Promise& each : kPromises) {
    for (const Life& life : kLives) {
      EXPECT_GE(table[each.source][life.what], each.least) << each.source << ", " << life.what;
      EXPECT_LE(table[each.source][life.what], each.most) << each.source << ", " << life.what;
    }
  }
}

/// CPU time of a scrape in an exporter, the median of some scrapes.
template <typename Scrape>
double scrape_ms(pid_t pid, Scrape scrape) {
  std::vector<double> costs;
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t before = process_cpu_ns(pid).value_or(0);
    scrape();
    std::this_thread::sleep_for(100ms);  // the clock of the exporter is up to a tick behind
    costs.push_back(static_cast<double>(process_cpu_ns(pid).value_or(0) - before) / 1e6);
  }
  std::ranges::sort(costs);
  return costs[costs.size() / 2];
}

TEST_F(LongSources, ProcCostsATenthOfProcessExporterOverTenThousandProcesses) {
  const UniqueNames names;
  auto sleepers = Child::spawn({.argv = {std::string{PROCLEDGER_TESTPROGS} + "/sleepers", "10000", "50", names.prefix()},
                                .cgroup_procs = {},
                                .cpu = {},
                                .inherit = {}});
  ASSERT_TRUE(sleepers) << sleepers.error().message;
  ASSERT_TRUE(eventually(kHangDeadline, [&] { return sleepers->out() == "asleep\n"; })) << sleepers->err();
  auto theirs = ProcessExporter::start({"-config.path=" + theirs_file()});
  ASSERT_TRUE(theirs) << theirs.error().message;
  const auto ours = DaemonProcess::start({.flags = {"--source=proc", "--compat=process-exporter", "-config.path", theirs_file()}});
  ASSERT_TRUE(ours) << ours.error().message;
  const double our_ms = scrape_ms(ours->pid(), [&] { static_cast<void>(ours->page()); });
  const double their_ms = scrape_ms(theirs->pid(), [&] { static_cast<void>(theirs->scrape()); });
  std::cout << "CPU of a scrape over 10,000 processes: proc source " << our_ms << " ms, process-exporter " << their_ms << " ms, "
            << their_ms / our_ms << " times less\n";
  EXPECT_LE(our_ms, their_ms / 10);
}

}  // namespace
}  // namespace procledger::test
