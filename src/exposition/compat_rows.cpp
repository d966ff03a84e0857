// SPDX-License-Identifier: Apache-2.0
#include "exposition/compat_rows.hpp"

#include <array>
#include <string>
#include <utility>

#include "exposition/compat_families.hpp"
#include "exposition/seconds.hpp"

namespace procledger::exposition {
namespace {

using Figure = std::uint64_t event::Totals::*;

/// The values of one label, and the figure for each.
using Choices = std::array<std::pair<std::string_view, Figure>, 2>;

constexpr Choices kSwitches{{{"voluntary", &event::Totals::voluntary_switches}, {"nonvoluntary", &event::Totals::involuntary_switches}}};
constexpr Choices kStorage{{{"read", &event::Totals::storage_read_bytes}, {"write", &event::Totals::storage_written_bytes}}};

SampleLabels labels_of(std::string_view group) { return {{"groupname", std::string{group}}}; }

SampleLabels labels_of(std::string_view group, std::string_view thread) {
  return {{"groupname", std::string{group}}, {"threadname", std::string{thread}}};
}

SampleLabels with(SampleLabels labels, std::string_view name, std::string_view value) {
  labels.push_back({std::string{name}, std::string{value}});
  return labels;
}

/// One sample a group: `value_of` gives a number, or an optional one.
template <typename ValueOf>
void add_each(ModelBuilder& out, std::string_view name, const CompatGroups& groups, ValueOf value_of) {
  out.open(compat_family(name));
  for (const auto& [group_name, group] : groups) out.add(labels_of(group_name), value_of(group));
}

template <typename AddSamples>
void for_each_thread(ModelBuilder& out, std::string_view name, const CompatGroups& groups, AddSamples add_samples) {
  out.open(compat_family(name));
  for (const auto& [group_name, group] : groups) {
    for (const auto& [thread_name, threads] : group.thread_names) add_samples(labels_of(group_name, thread_name), threads);
  }
}

void add_cpu(ModelBuilder& out, const SampleLabels& labels, const ledger::CpuSplit& cpu) {
  out.add(with(labels, "mode", "user"), to_seconds(cpu.user_ns));
  out.add(with(labels, "mode", "system"), to_seconds(cpu.system_ns));
}

void add_choices(ModelBuilder& out, const SampleLabels& labels, std::string_view label, const Choices& choices,
                 const event::Totals& total) {
  for (const auto& [value, figure] : choices) out.add(with(labels, label, value), static_cast<double>(total.*figure));
}

/// Nobody is in it: then it is known that nothing is held.
std::optional<double> if_known(const CompatGroup& group, std::optional<std::uint64_t> bytes) {
  if (!bytes && group.processes > 0) return std::nullopt;
  return static_cast<double>(bytes.value_or(0));
}

void add_memory(ModelBuilder& out, const CompatGroups& groups, bool proportional) {
  out.open(compat_family("namedprocess_namegroup_memory_bytes"));
  for (const auto& [name, group] : groups) {
    const auto add = [&](std::string_view kind, std::optional<double> bytes) { out.add(with(labels_of(name), "memtype", kind), bytes); };
    add("resident", static_cast<double>(group.memory.resident()));
    add("virtual", static_cast<double>(group.memory.mapped));
    add("swapped", static_cast<double>(group.memory.swapped));
    if (!proportional) continue;
    add("proportionalResident", if_known(group, group.proportional_bytes));
    add("proportionalSwapped", if_known(group, group.proportional_swap_bytes));
  }
}

}  // namespace

void add_compat_counters(ModelBuilder& out, const CompatGroups& groups, const event::KernelFacts& kernel) {
  out.open(compat_family("namedprocess_namegroup_cpu_seconds_total"));
  for (const auto& [name, group] : groups) add_cpu(out, labels_of(name), group.cpu);
  const auto add_total = [&](std::string_view name, Figure figure) {
    add_each(out, name, groups, [figure](const CompatGroup& group) { return static_cast<double>(group.total.*figure); });
  };
  if (kernel.storage_io) {
    add_total("namedprocess_namegroup_read_bytes_total", &event::Totals::storage_read_bytes);
    add_total("namedprocess_namegroup_write_bytes_total", &event::Totals::storage_written_bytes);
  }
  add_total("namedprocess_namegroup_major_page_faults_total", &event::Totals::major_faults);
  add_total("namedprocess_namegroup_minor_page_faults_total", &event::Totals::minor_faults);
  out.open(compat_family("namedprocess_namegroup_context_switches_total"));
  for (const auto& [name, group] : groups) add_choices(out, labels_of(name), "ctxswitchtype", kSwitches, group.total);
}

void add_compat_gauges(ModelBuilder& out, const CompatGroups& groups, bool proportional) {
  const auto add_count = [&](std::string_view name, std::uint64_t CompatGroup::* count) {
    add_each(out, name, groups, [count](const CompatGroup& group) { return static_cast<double>(group.*count); });
  };
  add_count("namedprocess_namegroup_num_procs", &CompatGroup::processes);
  add_memory(out, groups, proportional);
  add_count("namedprocess_namegroup_open_filedesc", &CompatGroup::open_files);
  add_each(out, "namedprocess_namegroup_worst_fd_ratio", groups, [](const CompatGroup& group) { return group.worst_file_ratio; });
  add_each(out, "namedprocess_namegroup_oldest_start_time_seconds", groups,
           [](const CompatGroup& group) { return group.oldest_start_seconds; });
  add_count("namedprocess_namegroup_num_threads", &CompatGroup::threads);
  out.open(compat_family("namedprocess_namegroup_states"));
  for (const auto& [name, group] : groups) {
    for (std::size_t state = 0; state < kCompatStates.size(); ++state) {
      out.add(with(labels_of(name), "state", kCompatStates[state]), static_cast<double>(group.states[state]));
    }
  }
  out.open(compat_family("namedprocess_namegroup_threads_wchan"));
  for (const auto& [name, group] : groups) {
    for (const auto& [channel, threads] : group.wait_channels) {
      out.add(with(labels_of(name), "wchan", channel), static_cast<double>(threads));
    }
  }
}

void add_compat_threads(ModelBuilder& out, const CompatGroups& groups, const event::KernelFacts& kernel) {
  for_each_thread(out, "namedprocess_namegroup_thread_count", groups, [&](SampleLabels labels, const CompatThreads& threads) {
    out.add(std::move(labels), static_cast<double>(threads.living));
  });
  for_each_thread(out, "namedprocess_namegroup_thread_cpu_seconds_total", groups,
                  [&](const SampleLabels& labels, const CompatThreads& threads) { add_cpu(out, labels, threads.cpu); });
  if (kernel.storage_io) {
    for_each_thread(
        out, "namedprocess_namegroup_thread_io_bytes_total", groups,
        [&](const SampleLabels& labels, const CompatThreads& threads) { add_choices(out, labels, "iomode", kStorage, threads.total); });
  }
  for_each_thread(out, "namedprocess_namegroup_thread_major_page_faults_total", groups,
                  [&](SampleLabels labels, const CompatThreads& threads) {
                    out.add(std::move(labels), static_cast<double>(threads.total.major_faults));
                  });
  for_each_thread(out, "namedprocess_namegroup_thread_minor_page_faults_total", groups,
                  [&](SampleLabels labels, const CompatThreads& threads) {
                    out.add(std::move(labels), static_cast<double>(threads.total.minor_faults));
                  });
  for_each_thread(out, "namedprocess_namegroup_thread_context_switches_total", groups,
                  [&](const SampleLabels& labels, const CompatThreads& threads) {
                    add_choices(out, labels, "ctxswitchtype", kSwitches, threads.total);
                  });
}

}  // namespace procledger::exposition
