// SPDX-License-Identifier: Apache-2.0
#include "exposition/group_metrics.hpp"

#include <array>

#include "exposition/seconds.hpp"
#include "exposition/state_names.hpp"

namespace procledger::exposition {
namespace {

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

}  // namespace

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

}  // namespace procledger::exposition
