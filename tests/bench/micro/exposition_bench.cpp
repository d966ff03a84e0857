// SPDX-License-Identifier: Apache-2.0
// The time from a snapshot of a thousand groups to the bytes of a page: the cost of a scrape beyond the collection.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <optional>
#include <string>

#include "core/metrics/metric_table.hpp"
#include "exposition/page_cache.hpp"
#include "exposition/page_model.hpp"
#include "exposition/text_format.hpp"

namespace procledger::bench {
namespace {

metrics::Snapshot thousand_groups() {
  metrics::Snapshot snapshot;
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    metrics::GroupRow row{.name = "program-" + std::to_string(i), .labels = {}, .account = {}, .oldest_start_seconds = 1.7e9 + 0.25};
    row.account.shown = {.user_ns = 123'456'789'012 + i * 7'919, .system_ns = 9'876'543'210 + i * 104'729};
    row.account.forks = 17 * i;
    row.account.execs = 3 * i;
    row.account.exits = {11 * i, i % 7, i % 3};
    row.account.lifetimes.buckets = {5, 0, 3, 2, 0, 0, 1, i};
    row.account.lifetimes.sum_ns = 98'765'432'100 + i;
    row.account.members = row.account.processes = 4;
    row.account.threads = 9;
    snapshot.groups.push_back(std::move(row));
  }
  return snapshot;
}

void render(benchmark::State& state, exposition::Format format) {
  const metrics::Snapshot snapshot = thousand_groups();
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string page = exposition::write_page(snapshot, exposition::native_model({}), format);
    benchmark::DoNotOptimize(page.data());
    bytes = page.size();
  }
  state.counters["page_bytes"] = static_cast<double>(bytes);
  state.counters["series"] = static_cast<double>(metrics::count_series(snapshot));
}

void page_count(benchmark::State& state) {
  const metrics::Snapshot snapshot = thousand_groups();
  for (auto _ : state) {
    benchmark::DoNotOptimize(metrics::count_series(snapshot));
  }
}
BENCHMARK(page_count)->Unit(benchmark::kMicrosecond);

void page_text(benchmark::State& state) { render(state, exposition::Format::kText); }
BENCHMARK(page_text)->Unit(benchmark::kMicrosecond);

void page_openmetrics(benchmark::State& state) { render(state, exposition::Format::kOpenMetrics); }
BENCHMARK(page_openmetrics)->Unit(benchmark::kMicrosecond);

void page_gzip(benchmark::State& state) {
  const std::string page = exposition::write_page(thousand_groups(), exposition::native_model({}), exposition::Format::kText);
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::optional<std::string> packed = exposition::gzip(page);
    bytes = packed ? packed->size() : 0;
    benchmark::DoNotOptimize(bytes);
  }
  state.counters["page_bytes"] = static_cast<double>(bytes);
}
BENCHMARK(page_gzip)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace procledger::bench
