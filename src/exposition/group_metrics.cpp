// SPDX-License-Identifier: Apache-2.0
#include "exposition/group_metrics.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>
#include <utility>

#include "core/ledger/account.hpp"
#include "exposition/family_builder.hpp"

namespace procledger::exposition {
namespace {

using metrics::GroupRow;
using metrics::ProcessRow;
using metrics::ThreadRow;

SampleLabels thread_labels(const GroupRow& row, const ThreadRow& thread) {
  SampleLabels labels = labels_of(row, "daemon", thread.daemon);
  labels.push_back({"pname", thread.pname});
  labels.push_back({"pid", std::to_string(thread.pid)});
  labels.push_back({"ppid", std::to_string(thread.ppid)});
  labels.push_back({"tid", std::to_string(thread.tid)});
  labels.push_back({"tname", thread.tname});
  return labels;
}

SampleLabels process_labels(const GroupRow& row, const ProcessRow& process) {
  SampleLabels labels = labels_of(row, "pid", std::to_string(process.pid));
  labels.push_back({"comm", process.comm});
  return labels;
}

SampleLabels info_labels(const GroupRow& row, const ProcessRow& process) {
  SampleLabels labels = process_labels(row, process);
  labels.push_back({"exe", process.exe});
  labels.push_back({"cmdline", process.cmdline});
  labels.push_back({"user", process.user});
  return labels;
}

template <typename AddSample>
void for_each_process(const GroupRows& rows, AddSample add_sample) {
  for (const auto* row : rows) {
    for (const ProcessRow& process : row->processes) add_sample(*row, process);
  }
}

using metrics::GroupRow;
using Figure = std::uint64_t event::Totals::*;

constexpr std::array<std::string_view, ledger::kReapingCount> kReapings{"waited", "autoreaped"};

void add_total(ModelBuilder& out, std::string_view name, const GroupRows& rows, Figure figure) {
  add_each(out, name, rows, [figure](const GroupRow& row) { return static_cast<double>(row.account.total.*figure); });
}

void add_totals(ModelBuilder& out, std::string_view name, const GroupRows& rows, std::string_view label,
                const std::array<std::pair<std::string_view, Figure>, 2>& values) {
  out.open(name);
  for (const auto* row : rows) {
    for (const auto& [value, figure] : values) out.add(labels_of(*row, label, value), static_cast<double>(row->account.total.*figure));
  }
}

/// Groups that never had a child reaped by the kernel itself do not show the possibility.
template <typename AddSamples>
void for_each_reaping(const GroupRows& rows, AddSamples add_samples) {
  for (const auto* row : rows) {
    for (std::size_t how = 0; how < kReapings.size(); ++how) {
      const ledger::Reaped& reaped = row->account.reaped[how];
      if (how == static_cast<std::size_t>(ledger::Reaping::kWaited) || reaped.processes > 0) {
        add_samples(labels_of(*row, "how", kReapings[how]), reaped);
      }
    }
  }
}

void add_reaped_bytes(ModelBuilder& out, std::string_view name, const GroupRows& rows, Figure figure) {
  out.open(name);
  for_each_reaping(rows, [&](SampleLabels labels, const ledger::Reaped& reaped) {
    out.add(std::move(labels), static_cast<double>(reaped.own.total.*figure));
  });
}

template <typename ValueOf>
void add_memory(ModelBuilder& out, std::string_view name, const GroupRows& rows, ValueOf value_of) {
  add_each(out, name, rows, [&](const GroupRow& row) {
    const ledger::Holdings& holdings = row.account.holdings;
    return holdings.with_memory > 0 ? if_alive(row, value_of(holdings.memory)) : std::nullopt;
  });
}

template <typename ValueOf>
void add_files(ModelBuilder& out, std::string_view name, const GroupRows& rows, ValueOf value_of) {
  add_each(out, name, rows, [&](const GroupRow& row) {
    const ledger::Holdings& holdings = row.account.holdings;
    return holdings.with_files > 0 ? if_alive(row, value_of(holdings)) : std::nullopt;
  });
}

using metrics::GroupRow;

constexpr std::array<std::string_view, ledger::kExitReasonCount> kExitReasons{"ok", "error", "signal"};

prometheus::ClientMetric::Histogram histogram_of(const ledger::Lifetimes& lifetimes) {
  prometheus::ClientMetric::Histogram histogram;
  histogram.sample_sum = to_seconds(lifetimes.sum_ns);
  for (std::size_t i = 0; i < lifetimes.buckets.size(); ++i) {
    histogram.sample_count += lifetimes.buckets[i];
    const double bound = i < ledger::kLifetimeBounds.size() ? ledger::kLifetimeBounds[i] : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({histogram.sample_count, bound});
  }
  return histogram;
}

std::optional<double> if_counted(const GroupRow& row, std::uint64_t members) {
  return is_counted(row) ? std::optional{static_cast<double>(members)} : std::nullopt;
}

void add_lives(ModelBuilder& out, const metrics::Snapshot& snapshot, const GroupRows& rows) {
  add_each(out, "procledger_group_forks_total", rows, [](const auto& row) { return static_cast<double>(row.account.forks); });
  add_each(out, "procledger_group_execs_total", rows, [](const auto& row) { return static_cast<double>(row.account.execs); });
  out.open("procledger_group_exits_total");
  for (const auto* row : rows) {
    for (std::size_t i = 0; i < kExitReasons.size(); ++i) {
      out.add(labels_of(*row, "reason", kExitReasons[i]), static_cast<double>(row->account.exits[i]));
    }
  }
  if (snapshot.lifetime_histogram) {
    add_each(out, "procledger_group_process_lifetime_seconds", rows, [](const auto& row) { return histogram_of(row.account.lifetimes); });
  }
}

}  // namespace

void add_details(ModelBuilder& out, const GroupRows& rows) {
  out.open("procledger_group_thread_cpu_seconds_total");
  for (const auto* row : rows) {
    for (const auto& thread : row->thread_names) add_split(out, labels_of(*row, "thread", thread.name), thread.cpu);
  }
  out.open("procledger_thread_cpu_seconds_total");
  for (const auto* row : rows) {
    for (const auto& thread : row->threads) add_split(out, thread_labels(*row, thread), thread.cpu);
  }
  out.open("procledger_process_cpu_seconds_total");
  for_each_process(rows, [&](const auto& row, const auto& process) { add_split(out, process_labels(row, process), process.cpu); });
  out.open("procledger_process_resident_memory_bytes");
  for_each_process(rows, [&](const auto& row, const auto& process) {
    if (process.resident_bytes) out.add(process_labels(row, process), static_cast<double>(*process.resident_bytes));
  });
  out.open("procledger_process_info");
  for_each_process(rows, [&](const auto& row, const auto& process) { out.add(info_labels(row, process), 1.0); });
}

void add_usage(ModelBuilder& out, const GroupRows& rows, const event::KernelFacts& kernel) {
  if (kernel.run_queue_wait) {
    add_each(out, "procledger_group_runqueue_wait_seconds_total", rows,
             [](const GroupRow& row) { return to_seconds(row.account.total.wait_ns); });
  }
  add_totals(out, "procledger_group_context_switches_total", rows, "type",
             {{{"voluntary", &event::Totals::voluntary_switches}, {"involuntary", &event::Totals::involuntary_switches}}});
  add_totals(out, "procledger_group_page_faults_total", rows, "type",
             {{{"minor", &event::Totals::minor_faults}, {"major", &event::Totals::major_faults}}});
  if (kernel.storage_io) {
    add_total(out, "procledger_group_storage_read_bytes_total", rows, &event::Totals::storage_read_bytes);
    add_total(out, "procledger_group_storage_written_bytes_total", rows, &event::Totals::storage_written_bytes);
  }
  if (kernel.call_io) {
    add_total(out, "procledger_group_io_read_bytes_total", rows, &event::Totals::call_read_bytes);
    add_total(out, "procledger_group_io_written_bytes_total", rows, &event::Totals::call_written_bytes);
    add_total(out, "procledger_group_io_read_syscalls_total", rows, &event::Totals::call_reads);
    add_total(out, "procledger_group_io_write_syscalls_total", rows, &event::Totals::call_writes);
  }
}

void add_reaped(ModelBuilder& out, const GroupRows& rows, const event::KernelFacts& kernel) {
  out.open("procledger_group_reaped_children_total");
  for_each_reaping(
      rows, [&](SampleLabels labels, const ledger::Reaped& reaped) { out.add(std::move(labels), static_cast<double>(reaped.processes)); });
  out.open("procledger_group_reaped_children_cpu_seconds_total");
  for_each_reaping(rows, [&](const SampleLabels& labels, const ledger::Reaped& reaped) { add_split(out, labels, reaped.own.cpu); });
  if (!kernel.storage_io) return;
  add_reaped_bytes(out, "procledger_group_reaped_children_storage_read_bytes_total", rows, &event::Totals::storage_read_bytes);
  add_reaped_bytes(out, "procledger_group_reaped_children_storage_written_bytes_total", rows, &event::Totals::storage_written_bytes);
}

void add_children(ModelBuilder& out, const GroupRows& rows, const event::KernelFacts& kernel) {
  if (kernel.lives) add_reaped(out, rows, kernel);
  out.open("procledger_group_children_cumulative_cpu_seconds_total");
  for (const auto* row : rows) add_split(out, labels_of(*row), row->account.children.cpu);
  if (!kernel.storage_io) return;
  add_each(out, "procledger_group_children_cumulative_storage_read_bytes_total", rows,
           [](const GroupRow& row) { return static_cast<double>(row.account.children.total.storage_read_bytes); });
  add_each(out, "procledger_group_children_cumulative_storage_written_bytes_total", rows,
           [](const GroupRow& row) { return static_cast<double>(row.account.children.total.storage_written_bytes); });
}

void add_holdings(ModelBuilder& out, const GroupRows& rows) {
  add_each(out, "procledger_group_zombies", rows, [](const GroupRow& row) { return if_alive(row, row.account.zombies); });
  add_each(out, "procledger_group_zombie_cpu_seconds", rows,
           [](const GroupRow& row) { return if_alive(row, to_seconds(row.account.zombie_cpu_ns)); });
  add_each(out, "procledger_group_unreaped_children", rows, [](const GroupRow& row) { return if_alive(row, row.account.unreaped); });
  out.open("procledger_group_thread_states");
  for (const auto* row : rows) {
    for (std::size_t state = 0; state < event::kStateCount; ++state) {
      out.add(labels_of(*row, "state", state_name(static_cast<event::State>(state))), if_alive(*row, row->account.thread_states[state]));
    }
  }
  add_memory(out, "procledger_group_resident_memory_bytes", rows, [](const event::Memory& memory) { return memory.resident(); });
  add_memory(out, "procledger_group_resident_anon_bytes", rows, [](const event::Memory& memory) { return memory.anonymous; });
  add_memory(out, "procledger_group_resident_file_bytes", rows, [](const event::Memory& memory) { return memory.file; });
  add_memory(out, "procledger_group_resident_shmem_bytes", rows, [](const event::Memory& memory) { return memory.shared; });
  add_memory(out, "procledger_group_swap_bytes", rows, [](const event::Memory& memory) { return memory.swapped; });
  add_memory(out, "procledger_group_virtual_memory_bytes", rows, [](const event::Memory& memory) { return memory.mapped; });
  add_each(out, "procledger_group_peak_resident_memory_bytes", rows, [](const GroupRow& row) {
    const std::uint64_t peak = row.account.peak_bytes;
    return peak > 0 ? std::optional{static_cast<double>(peak)} : std::nullopt;
  });
  add_files(out, "procledger_group_open_fds", rows, [](const ledger::Holdings& holdings) { return holdings.open_files; });
  add_files(out, "procledger_group_max_fd_usage_ratio", rows, [](const ledger::Holdings& holdings) { return holdings.worst_file_ratio; });
}

void add_slow_figures(ModelBuilder& out, const GroupRows& rows) {
  add_each(out, "procledger_group_proportional_memory_bytes", rows,
           [](const GroupRow& row) { return row.proportional_bytes ? if_alive(row, *row.proportional_bytes) : std::nullopt; });
  out.open("procledger_group_sockets");
  for (const auto* row : rows) {
    if (!is_alive(*row)) continue;
    for (const auto& kind : row->sockets) {
      SampleLabels labels = labels_of(*row, "protocol", kind.protocol);
      labels.push_back({"state", std::string{kind.state}});
      out.add(std::move(labels), static_cast<double>(kind.sockets));
    }
  }
}

GroupRows sorted_rows(const std::vector<GroupRow>& groups) {
  GroupRows rows;
  rows.reserve(groups.size());
  for (const auto& row : groups) rows.push_back(&row);
  std::ranges::sort(rows, [](const auto* a, const auto* b) { return std::tie(a->name, a->labels) < std::tie(b->name, b->labels); });
  return rows;
}

SampleLabels labels_of(const GroupRow& row) {
  SampleLabels labels;
  labels.reserve(row.labels.size() + 3);
  labels.push_back({"group", row.name});
  for (const auto& [name, value] : row.labels) labels.push_back({name, value});
  return labels;
}

SampleLabels labels_of(const GroupRow& row, std::string_view name, std::string_view value) {
  SampleLabels labels = labels_of(row);
  labels.push_back({std::string{name}, std::string{value}});
  return labels;
}

void add_split(ModelBuilder& out, const SampleLabels& labels, const ledger::CpuSplit& split) {
  for (const auto& [mode, time_ns] : {std::pair{"user", split.user_ns}, std::pair{"system", split.system_ns}}) {
    SampleLabels with_mode = labels;
    with_mode.push_back({"mode", mode});
    out.add(std::move(with_mode), to_seconds(time_ns));
  }
}

void add_groups(ModelBuilder& out, const metrics::Snapshot& snapshot) {
  const GroupRows rows = sorted_rows(snapshot.groups);
  out.open("procledger_group_cpu_seconds_total");
  for (const auto* row : rows) {
    out.add(labels_of(*row, "mode", "user"), to_seconds(row->account.shown.user_ns));
    out.add(labels_of(*row, "mode", "system"), to_seconds(row->account.shown.system_ns));
  }
  out.open("procledger_group_estimated_cpu_seconds_total");
  for (const auto* row : rows) {
    if (metrics::shows_estimates(*row, snapshot.kernel)) add_split(out, labels_of(*row), row->account.estimated);
  }
  add_each(out, "procledger_group_processes", rows, [](const auto& row) { return if_counted(row, row.account.processes); });
  add_each(out, "procledger_group_threads", rows, [](const auto& row) { return if_counted(row, row.account.threads); });
  if (snapshot.kernel.lives) add_lives(out, snapshot, rows);
  add_each(out, "procledger_group_oldest_start_time_seconds", rows, [](const auto& row) { return row.oldest_start_seconds; });
  add_usage(out, rows, snapshot.kernel);
  add_children(out, rows, snapshot.kernel);
  add_holdings(out, rows);
  add_slow_figures(out, rows);
  add_details(out, rows);
}

}  // namespace procledger::exposition
