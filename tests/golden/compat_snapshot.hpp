// SPDX-License-Identifier: Apache-2.0
// A snapshot for a page of process-exporter's metrics: groups without labels, threads by name, wait channels.
#pragma once

#include "core/metrics/snapshot.hpp"

namespace procledger::test {

/// 3 processes with 9 threads, and 2 zombies.
inline metrics::GroupRow threaded_row() {
  metrics::GroupRow row{.name = "postgres", .labels = {}, .account = {}, .oldest_start_seconds = 1764000000.75};
  row.account.by_process = {.user_ns = 12'340'000'000, .system_ns = 2'500'000'000};
  row.account.shown = {.user_ns = 99'000'000'000, .system_ns = 99'000'000'000};  // ours, not theirs
  row.account.members = 5;
  row.account.processes = 3;
  row.account.threads = 9;
  row.account.zombies = 2;
  row.account.thread_states = {1, 4, 2, 1, 2, 1, 0};
  row.account.total = {.voluntary_switches = 21,
                       .involuntary_switches = 22,
                       .minor_faults = 23,
                       .major_faults = 24,
                       .storage_read_bytes = 25,
                       .storage_written_bytes = 26};
  row.account.holdings = {.memory = {.anonymous = 1000, .file = 200, .shared = 30, .swapped = 4, .mapped = 5000, .peak = 0},
                          .with_memory = 3,
                          .open_files = 60,
                          .worst_file_ratio = 0.0146484375,
                          .with_files = 3};
  row.thread_names = {{.name = "io \xE2\x82\xAC\"x\"", .living = 0, .total = {.voluntary_switches = 31}, .cpu = {1'500'000'000, 0}},
                      {.name = "postgres",
                       .living = 9,
                       .total = {.voluntary_switches = 41,
                                 .involuntary_switches = 42,
                                 .minor_faults = 43,
                                 .major_faults = 44,
                                 .storage_read_bytes = 45,
                                 .storage_written_bytes = 46},
                       .cpu = {10'840'000'000, 2'500'000'000}}};
  row.wait_channels = {{"do_epoll_wait", 5}, {"futex_wait_queue", 2}};
  row.proportional_bytes = 900;
  row.proportional_swap_bytes = 3;
  return row;
}

/// A group whose last process has exited.
inline metrics::GroupRow left_row() {
  metrics::GroupRow row{.name = "make", .labels = {}, .account = {}, .oldest_start_seconds = std::nullopt};
  row.account.by_process = {.user_ns = 1'000'000'000, .system_ns = 0};
  row.account.total.minor_faults = 7;
  return row;
}

/// A group name as {{.Matches}} makes, with more hostile characters.
inline const std::string kFreshGroup = R"(a"b\c map[1:x])";

/// A group with one process that background sampling has not read yet.
inline metrics::GroupRow fresh_row() {
  metrics::GroupRow row{.name = kFreshGroup, .labels = {}, .account = {}, .oldest_start_seconds = 1764000005.0};
  row.account.members = 1;
  row.account.processes = 1;
  row.account.threads = 1;
  row.account.thread_states = {0, 1, 0, 0, 0, 0, 0};
  return row;
}

inline metrics::Snapshot compat_snapshot() {
  metrics::Snapshot snapshot;
  snapshot.groups = {threaded_row(), left_row(), fresh_row()};
  snapshot.kernel.storage_io = true;
  snapshot.losses = {{"ring_free", 3, std::nullopt}, {"unnamed", 2, 1'500'000}};
  snapshot.self.facts_cut = 5;
  return snapshot;
}

}  // namespace procledger::test
