// SPDX-License-Identifier: Apache-2.0
// A snapshot in which every metric has a sample, with the hard cases of a page: labels to escape, big numbers, absent values.
#pragma once

#include <chrono>
#include <memory>

#include "core/metrics/snapshot.hpp"
#include "exposition/page_model.hpp"

namespace procledger::test {

inline metrics::GroupRow postgres_row() {
  metrics::GroupRow row{.name = "postgres", .labels = {{"team", "storage"}}, .account = {}, .oldest_start_seconds = 1764000000.25};
  row.account.shown = {.user_ns = 123'456'789'987'654'33, .system_ns = 2'500'000'000};
  row.account.forks = 17;
  row.account.execs = 3;
  row.account.exits = {11, 2, 1};
  row.account.lifetimes.buckets = {5, 0, 3, 2, 0, 0, 1, 3};
  row.account.lifetimes.sum_ns = 98'765'432'100'000;
  row.account.members = 4;
  row.account.processes = 4;
  row.account.threads = 9;
  row.account.total = {.wait_ns = 1'500'000'000,
                       .voluntary_switches = 21,
                       .involuntary_switches = 22,
                       .minor_faults = 23,
                       .major_faults = 24,
                       .storage_read_bytes = 25,
                       .storage_written_bytes = 26,
                       .storage_cancelled_bytes = 53,
                       .call_read_bytes = 27,
                       .call_written_bytes = 28,
                       .call_reads = 29,
                       .call_writes = 30};
  row.account.reaped[0] = {.processes = 3, .own = {.total = {.storage_read_bytes = 31, .storage_written_bytes = 32}, .cpu = {33, 34}}};
  row.account.reaped[1] = {.processes = 1, .own = {.total = {.storage_read_bytes = 35, .storage_written_bytes = 36}, .cpu = {37, 38}}};
  row.account.estimated = {51, 52};
  row.account.children = {.total = {.storage_read_bytes = 39, .storage_written_bytes = 40}, .cpu = {41, 42}};
  row.account.zombies = 2;
  row.account.zombie_cpu_ns = 250'000'000;
  row.account.unreaped = 6;
  row.account.thread_states = {1, 8, 0, 0, 2, 0, 0};
  row.account.holdings = {.memory = {.anonymous = 1000, .file = 200, .shared = 30, .swapped = 4, .mapped = 5000, .hugetlb = 54, .peak = 0},
                          .with_memory = 4,
                          .open_files = 60,
                          .worst_file_ratio = 0.0146484375,
                          .with_files = 4};
  row.account.peak_bytes = 1300;
  row.proportional_bytes = 123'456'789'012;
  row.thread_names = {{.name = "postgres", .living = 5, .total = {}, .cpu = {43, 44}},
                      {.name = "io \xE2\x82\xAC\"x\"", .living = 0, .total = {}, .cpu = {45, 46}}};
  row.threads = {{.daemon = "postgres", .pname = "postgres", .tname = "io", .pid = 700, .ppid = 1, .tid = 701, .cpu = {47, 48}}};
  row.processes = {{.pid = 700,
                    .comm = "postgres",
                    .exe = "/usr/lib/postgresql/15/bin/postgres",
                    .cmdline = "postgres: writer \\ \"quoted\"",
                    .user = "postgres",
                    .cpu = {49, 50},
                    .resident_bytes = 4096},
                   {.pid = 702, .comm = "postgres", .exe = "", .cmdline = "", .user = "26", .cpu = {}, .resident_bytes = std::nullopt}};
  row.sockets = {{"tcp", "established", 40}, {"tcp", "listen", 2}, {"unix", "listening", 1}};
  return row;
}

/// A group without processes: counters only.
inline metrics::GroupRow dead_row() {
  metrics::GroupRow row{.name = "make", .labels = {}, .account = {}, .oldest_start_seconds = std::nullopt};
  row.account.shown = {.user_ns = 1, .system_ns = 0};
  row.account.forks = 2000;
  row.account.exits = {2000, 0, 0};
  row.account.lifetimes.buckets = {2000, 0, 0, 0, 0, 0, 0, 0};
  row.account.lifetimes.sum_ns = 2'000'000'000;
  return row;
}

inline metrics::GroupRow hostile_row() {
  metrics::GroupRow row{.name = "a\"b\\c\nd\xFF{},= \xE2\x82\xAC", .labels = {{"team", ""}}, .account = {}, .oldest_start_seconds = 0.1};
  row.account.members = 1;
  row.account.processes = 1;
  row.account.threads = 1;
  return row;
}

/// A group that a rule names and that never had a process.
inline metrics::GroupRow empty_row() {
  return {.name = "backup", .labels = {}, .account = {}, .configured = true, .oldest_start_seconds = std::nullopt};
}

inline ledger::HostAccount sample_host() {
  ledger::HostAccount host;
  host.tasks_ns = 150'000'000'001;
  host.idle_ns = 49'000'000'000;
  host.irq_ns = 250'000'000;
  host.softirq_ns = 500'000'000;
  host.capacity_ns = 200'000'000'000;
  host.residual_ns = -1'250'000;
  host.cpus = 2;
  return host;
}

inline metrics::Snapshot sample_snapshot() {
  metrics::Snapshot snapshot;
  snapshot.groups = {postgres_row(), hostile_row(), dead_row(), empty_row()};
  snapshot.users = {{"root", event::State::kSleeping, 90}, {"postgres", event::State::kRunning, 1}, {"root", event::State::kZombie, 2}};
  snapshot.host = sample_host();
  snapshot.losses = {{"ring_free", 3, std::nullopt}, {"unnamed", 2, 1'500'000}};
  snapshot.misses = {{"on_switch", 0}};
  snapshot.sources = {{"bpf", true, "best"}, {"proc", false, ""}};
  snapshot.kernel = {.btf = true,
                     .irq_time = true,
                     .steal_time = false,
                     .run_queue_wait = true,
                     .storage_io = true,
                     .hugetlb = true,
                     .call_io = true,
                     .lives = true,
                     .cgroup = "hybrid"};
  snapshot.self = {.collect_seconds = 0.00125, .collect_cpu_seconds = 12.5, .groups_dropped = 0, .series_dropped = 51, .facts_cut = 52};
  snapshot.slow_pass_seconds = 1764000123.75;
  return snapshot;
}

inline exposition::OwnProcess sample_process() {
  return {.cpu_seconds = 0.5,
          .resident_bytes = 12'345'678.0,
          .virtual_bytes = 1e9,
          .open_fds = 42.0,
          .max_fds = 1048576.0,
          .start_time_seconds = 1764000000.5};
}

/// Its last reload failed.
inline exposition::DaemonMetrics sample_daemon() {
  const exposition::ReloadMetrics::Time started{std::chrono::milliseconds{1'764'000'001'500}};
  exposition::DaemonMetrics daemon{.process = std::make_shared<exposition::ProcessMetrics>(sample_process),
                                   .reloads = std::make_shared<exposition::ReloadMetrics>(started)};
  daemon.reloads->note_failure();
  return daemon;
}

inline exposition::Build sample_build() { return {"1.2.3", "0123456789ab", "gcc 12.2.0"}; }

}  // namespace procledger::test
