// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "compare/exporter.hpp"
#include "compare/parts.hpp"
#include "compare/series.hpp"
#include "compare/sleepers.hpp"
#include "support/files.hpp"

namespace procledger::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kProcesses = 1'000;
constexpr std::chrono::seconds kInterval{15};
constexpr int kScrapes = 8;  // two minutes
constexpr double kGoalPercent = 0.1;

/// An exporter that is scraped every 15 s, and its CPU time.
struct Watched {
  Exporter exporter;
  std::uint64_t cpu_ns_before{};

  Result<void> begin() {
    if (auto first = exporter.scrape(); !first) return first;  // every process is new
    cpu_ns_before = exporter.cpu_ns();
    return {};
  }
  [[nodiscard]] double percent_of_a_core(double seconds) const {
    return static_cast<double>(exporter.cpu_ns() - cpu_ns_before) / 1e9 / seconds * 100;
  }
};

/// Measures both daemons in the same intervals, and scrapes each daemon once per interval.
Result<std::array<Figures, 2>> measure_pair(const ProgramPair& pair) {
  auto daemons = start_pair(pair);
  if (!daemons) return tl::unexpected{daemons.error()};
  std::array watched{Watched{.exporter = std::move((*daemons)[0])}, Watched{.exporter = std::move((*daemons)[1])}};
  for (Watched& one : watched) {
    if (auto begun = one.begin(); !begun) return tl::unexpected{begun.error()};
  }
  const auto start = Clock::now();
  for (std::size_t i = 0; i < watched.size(); ++i) {
    std::this_thread::sleep_until(start + (i + 1) * kInterval / (watched.size() + 1));
    if (auto done = watched[i].exporter.scrape(); !done) return tl::unexpected{std::move(done.error()).within(pair[i])};
  }
  std::this_thread::sleep_until(start + kInterval);
  const double seconds = std::chrono::duration<double>(kInterval).count();
  return std::array<Figures, 2>{Figures{watched[0].percent_of_a_core(seconds)}, Figures{watched[1].percent_of_a_core(seconds)}};
}

}  // namespace

Result<void> pair_overhead(const Setup& setup, PairedReport& report) {
  const auto sleepers = put_to_sleep(kProcesses);
  if (!sleepers) return tl::unexpected{sleepers.error()};
  return report.measure(setup, {{"% of a core, scraped every 15 s, 1000 processes", 3}}, measure_pair);
}

Result<void> compare_overhead(const Setup& setup, Report& report) {
  const test::TempDir directory;
  const std::string config = directory.path() / "all.yaml";
  if (auto written = test::write_file(config, kEveryCommandByName); !written) return written;
  const auto sleepers = put_to_sleep(kProcesses);
  if (!sleepers) return tl::unexpected{sleepers.error()};
  auto daemon = Exporter::procledger(setup.daemon);
  if (!daemon) return tl::unexpected{daemon.error()};
  auto rival = Exporter::process_exporter(config, {});
  if (!rival) return tl::unexpected{rival.error()};

  Watched ours{.exporter = std::move(*daemon)};
  Watched theirs{.exporter = std::move(*rival)};
  if (auto begun = theirs.begin(); !begun) return begun;
  if (auto begun = ours.begin(); !begun) return begun;
  const auto start = Clock::now();
  for (int scrape = 1; scrape <= kScrapes; ++scrape) {
    std::this_thread::sleep_until(start + scrape * kInterval - kInterval / 2);  // at different times, so that the scrapes do not overlap
    if (auto done = theirs.exporter.scrape(); !done) return done;
    std::this_thread::sleep_until(start + scrape * kInterval);
    if (auto done = ours.exporter.scrape(); !done) return done;
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const double our_percent = ours.percent_of_a_core(seconds);
  const double their_percent = theirs.percent_of_a_core(seconds);
  report.add({.what = "% of a core, scraped every 15 s for two minutes, 1000 processes",
              .ours = fixed(our_percent, 3),
              .beside = "process-exporter: " + fixed(their_percent, 2),
              .result = fixed(their_percent / our_percent, 0) + " times less",
              .goal = "at most " + fixed(kGoalPercent, 1) + " %",
              .verdict = judge(our_percent <= kGoalPercent)});
  return {};
}

}  // namespace procledger::bench
