// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "compare/exporter.hpp"
#include "compare/parts.hpp"
#include "compare/series.hpp"
#include "compare/sleepers.hpp"
#include "support/files.hpp"

namespace procledger::bench {
namespace {

constexpr std::array<std::size_t, 3> kSizes{100, 1'000, 5'000};
constexpr double kGoalRatio = 150;
constexpr double kGoalUsPerTask = 1 + 2.5;  // CPU time of a task, and usage of its process: nearly every task is a process here
constexpr std::size_t kOurScrapes = 10;     // per round; these scrapes are short, so there are more
constexpr std::size_t kTheirScrapes = 2;

/// CPU milliseconds per scrape.
Result<double> scrape_ms(Exporter& exporter, std::size_t times) {
  const std::uint64_t before = exporter.cpu_ns();
  for (std::size_t i = 0; i < times; ++i) {
    if (auto done = exporter.scrape(); !done) return tl::unexpected{done.error()};
  }
  return static_cast<double>(exporter.cpu_ns() - before) / 1e6 / static_cast<double>(times);
}

struct Rival {
  std::string name;
  Exporter exporter;
  Series cost{};
};

Result<std::vector<Rival>> start_rivals(const std::string& config) {
  std::vector<Rival> rivals;
  const auto add = [&](const std::string& name, const std::vector<std::string>& flags) -> Result<void> {
    auto exporter = Exporter::process_exporter(config, flags);
    if (!exporter) return tl::unexpected{exporter.error()};
    rivals.push_back({.name = name, .exporter = std::move(*exporter)});
    return {};
  };
  const auto both = add("process-exporter", {}).and_then([&] {
    return add("process-exporter at its leanest", {"-threads=false", "-gather-smaps=false", "-children=false"});
  });
  if (!both) return tl::unexpected{both.error()};
  return rivals;
}

Result<void> measure(Exporter& exporter, std::size_t times, Series& cost) {
  const auto ms = scrape_ms(exporter, times);
  if (!ms) return tl::unexpected{ms.error()};
  cost.add(*ms);
  return {};
}

void add_rival_rows(const std::string& what, const Series& ours, const Exporter& daemon, const std::vector<Rival>& rivals, bool largest,
                    Report& report) {
  for (const Rival& rival : rivals) {
    const Series ratio = rival.cost.over(ours);
    Row row{.what = "CPU ms a scrape, " + what,
            .ours = fixed(ours.median(), 2),
            .beside = rival.name + ": " + fixed(rival.cost.median(), 1),
            .result = with_range(ratio, 0) + " times less",
            .goal = {}};
    if (largest) {
      row.goal = "at least " + fixed(kGoalRatio, 0) + " times less";
      row.verdict = judge(ratio.median() >= kGoalRatio);
    }
    report.add(std::move(row));
  }
  report.add({.what = "resident MiB, " + what,
              .ours = fixed(daemon.resident_mib(), 0),
              .beside = rivals.front().name + ": " + fixed(rivals.front().exporter.resident_mib(), 0),
              .result = {},
              .goal = {}});
}

Result<double> collect_seconds(const Exporter& daemon) {
  constexpr const char* kCounter = "procledger_collect_cpu_seconds_total";
  const auto page = daemon.page();
  if (!page) return tl::unexpected{page.error()};
  const auto seconds = page->value(kCounter);
  if (!seconds) return fail(ErrorKind::kUnsupported, std::string{"the page has no "} + kCounter);
  return *seconds;
}

/// CPU milliseconds of a collection, as the daemon counts them: scan, ledger and snapshot, without HTTP and rendering.
Result<double> collect_ms(const Exporter& daemon) {
  const auto before = collect_seconds(daemon);
  if (!before) return before;
  for (std::size_t i = 0; i + 1 < kOurScrapes; ++i) {
    if (const auto between = daemon.page(); !between) return tl::unexpected{between.error()};
  }
  const auto after = collect_seconds(daemon);
  if (!after) return after;
  return (*after - *before) * 1e3 / static_cast<double>(kOurScrapes);
}

Result<void> add_collecting_row(const std::string& what, const Series& cost, const Exporter& daemon, bool largest, Report& report) {
  const auto page = daemon.page();
  if (!page) return tl::unexpected{page.error()};
  const double tasks = page->sum({.name = "procledger_group_threads"});
  const double us_per_task = cost.median() * 1e3 / tasks;
  Row row{.what = "CPU ms a collection, " + what,
          .ours = with_range(cost, 2),
          .beside = {},
          .result = fixed(us_per_task, 2) + " us for each of " + fixed(tasks, 0) + " tasks",
          .goal = {}};
  if (largest) {
    row.goal = "at most " + fixed(kGoalUsPerTask, 1) + " us a task";
    row.verdict = judge(us_per_task <= kGoalUsPerTask);
  }
  report.add(std::move(row));
  return {};
}

Result<void> compare_at(const Setup& setup, std::size_t processes, bool largest, const std::string& config, Report& report) {
  const auto sleepers = put_to_sleep(processes);
  if (!sleepers) return tl::unexpected{sleepers.error()};
  auto daemon = Exporter::procledger(setup.daemon);
  if (!daemon) return tl::unexpected{daemon.error()};
  auto rivals = start_rivals(config);
  if (!rivals) return tl::unexpected{rivals.error()};

  // In the first scrape every process is new.
  if (auto done = daemon->scrape(); !done) return done;
  for (Rival& rival : *rivals) {
    if (auto done = rival.exporter.scrape(); !done) return done;
  }
  Series ours;
  Series collecting;
  for (std::size_t round = 0; round < setup.rounds; ++round) {
    if (auto done = measure(*daemon, kOurScrapes, ours); !done) return done;
    const auto collect = collect_ms(*daemon);
    if (!collect) return tl::unexpected{collect.error()};
    collecting.add(*collect);
    for (Rival& rival : *rivals) {
      if (auto done = measure(rival.exporter, kTheirScrapes, rival.cost); !done) return done;
    }
  }
  const std::string what = std::to_string(processes) + " processes";
  add_rival_rows(what, ours, *daemon, *rivals, largest, report);
  return add_collecting_row(what, collecting, *daemon, largest, report);
}

Result<Figures> measure_daemon(Exporter& daemon) {
  const auto scraping = scrape_ms(daemon, kOurScrapes);
  if (!scraping) return tl::unexpected{scraping.error()};
  const auto collecting = collect_ms(daemon);
  if (!collecting) return tl::unexpected{collecting.error()};
  return Figures{*scraping, *collecting, daemon.resident_mib()};
}

/// One daemon after the other, while both run and were scraped once: in the first scrape every process is new.
Result<std::array<Figures, 2>> measure_pair(const ProgramPair& pair) {
  auto daemons = start_pair(pair);
  if (!daemons) return tl::unexpected{daemons.error()};
  std::array<Figures, 2> figures;
  for (Exporter& daemon : *daemons) {
    if (auto done = daemon.scrape(); !done) return tl::unexpected{done.error()};
  }
  for (std::size_t i = 0; i < pair.size(); ++i) {
    auto measured = measure_daemon((*daemons)[i]);
    if (!measured) return tl::unexpected{std::move(measured.error()).within(pair[i])};
    figures[i] = std::move(*measured);
  }
  return figures;
}

}  // namespace

Result<void> pair_collections(const Setup& setup, PairedReport& report) {
  for (const std::size_t processes : kSizes) {
    const auto sleepers = put_to_sleep(processes);
    if (!sleepers) return tl::unexpected{sleepers.error()};
    const std::string what = std::to_string(processes) + " processes";
    const auto done = report.measure(
        setup, {{"CPU ms a scrape, " + what, 2}, {"CPU ms a collection, " + what, 2}, {"resident MiB, " + what, 1}}, measure_pair);
    if (!done) return done;
  }
  return {};
}

Result<void> compare_collections(const Setup& setup, Report& report) {
  const test::TempDir directory;
  const std::string config = directory.path() / "all.yaml";
  if (auto written = test::write_file(config, kEveryCommandByName); !written) return written;
  for (const std::size_t processes : kSizes) {
    if (auto done = compare_at(setup, processes, processes == kSizes.back(), config, report); !done) return done;
  }
  return {};
}

}  // namespace procledger::bench
