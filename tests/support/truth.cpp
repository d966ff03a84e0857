// SPDX-License-Identifier: Apache-2.0
#include "support/truth.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iomanip>
#include <iostream>

#include "support/clocks.hpp"

namespace procledger::test {
namespace {

double seconds(std::uint64_t ns) { return static_cast<double>(ns) / 1e9; }

// The losses that the daemon reports.
std::string losses(const TruthReport& report) {
  std::string text = "losses:";
  for (const auto& [key, value] : report.after.series()) {
    const bool loss = key.name.starts_with("procledger_lost_") || key.name == "procledger_bpf_recursion_misses_total";
    if (loss && value != 0) text.append(" ").append(key.text()).append("=").append(std::to_string(value));
  }
  return text;
}

}  // namespace

double allowed_cpu_error(double truth_seconds) { return std::max(0.002, truth_seconds * 0.001); }

double TruthReport::exits(const std::string& group, const std::string& reason) const {
  Selector selector{.name = kGroupExits, .labels = {{"group", group}}};
  if (!reason.empty()) selector.labels.emplace("reason", reason);
  return growth(selector);
}

Result<TruthReport> observe(const DaemonProcess& daemon, const UniqueNames& names, Load& load, std::optional<std::uint64_t> processes,
                            std::chrono::milliseconds deadline) {
  const Selector cpu{.name = kGroupCpu, .group_prefix = names.prefix()};
  const Selector exits{.name = kGroupExits, .group_prefix = names.prefix()};
  auto before = daemon.scrape();
  if (!before) return tl::unexpected{before.error()};
  const std::uint64_t usage_before = load.cgroup().usage_ns();
  const CgroupSplit split_before = load.cgroup().split();

  Scraper scraper{daemon};
  load.go();
  auto ended = load.wait(deadline);
  if (!ended) return tl::unexpected{ended.error()};
  if (!processes) processes = ended->ok + ended->error + ended->signal + std::strtoull(ended->out.c_str(), nullptr, 10);
  const std::uint64_t usage = load.cgroup().usage_ns();
  const CgroupSplit split = load.cgroup().split();

  TruthReport report{.truth_seconds = seconds(usage - usage_before),
                     .before = std::move(*before),
                     .load = std::move(*ended),
                     .split = {split.user_ns - split_before.user_ns, split.system_ns - split_before.system_ns}};
  const auto end = std::chrono::steady_clock::now();
  Error failure;
  static_cast<void>(agree_twice([&] {
    auto page = daemon.scrape();
    if (!page) {
      failure = page.error();
      return false;
    }
    report.after = std::move(*page);
    report.shown_seconds = report.growth(cpu);
    report.settled_after = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - end);
    return std::abs(report.shown_seconds - report.truth_seconds) <= allowed_cpu_error(report.truth_seconds) &&
           report.growth(exits) >= static_cast<double>(*processes + 1);
  }));
  if (report.after.series().empty()) return tl::unexpected{failure};
  report.complaints = scraper.stop();
  return report;
}

void expect_exact_cpu(const TruthReport& report) {
  const double error = report.shown_seconds - report.truth_seconds;
  std::cout << std::fixed << std::setprecision(6) << "kernel " << report.truth_seconds << " s, shown " << report.shown_seconds
            << " s, error " << error * 1e3 << " ms, allowed " << allowed_cpu_error(report.truth_seconds) * 1e3 << " ms, settled after "
            << report.settled_after.count() << " ms\n";
  EXPECT_LE(std::abs(error), allowed_cpu_error(report.truth_seconds)) << losses(report);
  for (const std::string& complaint : report.complaints) ADD_FAILURE() << complaint;
}

}  // namespace procledger::test
