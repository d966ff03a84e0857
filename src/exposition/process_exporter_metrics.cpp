// SPDX-License-Identifier: Apache-2.0
#include "exposition/process_exporter_metrics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>

#include "exposition/family_builder.hpp"

namespace procledger::exposition {
namespace {

using metrics::Family;
using enum metrics::Type;

constexpr std::array kFamilies{
    Family{
        "namedprocess_namegroup_cpu_seconds_total", kCounter, "groupname,mode",
        "CPU time of the processes in this group, those that have exited included. User and system are split for each process by its own "
        "tick samples, as in /proc."},
    Family{"namedprocess_namegroup_read_bytes_total", kCounter, "groupname", "Bytes that this group fetched from storage."},
    Family{"namedprocess_namegroup_write_bytes_total", kCounter, "groupname", "Bytes that this group gave to storage."},
    Family{"namedprocess_namegroup_major_page_faults_total", kCounter, "groupname", "Page faults that had to fetch a page from storage."},
    Family{"namedprocess_namegroup_minor_page_faults_total", kCounter, "groupname", "Page faults that found their page in memory."},
    Family{"namedprocess_namegroup_context_switches_total", kCounter, "groupname,ctxswitchtype",
           "Times that a thread of this group left its CPU, threads that have ended included."},
    Family{"namedprocess_namegroup_num_procs", kGauge, "groupname",
           "Processes in this group now, those included that have exited and are not reaped yet."},
    Family{"namedprocess_namegroup_memory_bytes", kGauge, "groupname,memtype",
           "Memory of the processes in this group by kind. The proportional kinds are sampled in the background."},
    Family{"namedprocess_namegroup_open_filedesc", kGauge, "groupname", "Open file descriptors of the processes in this group."},
    Family{"namedprocess_namegroup_worst_fd_ratio", kGauge, "groupname",
           "Open file descriptors divided by their limit, of the process in this group that is nearest to it."},
    Family{"namedprocess_namegroup_oldest_start_time_seconds", kGauge, "groupname",
           "Unix time at which the oldest living process of this group started, in whole seconds."},
    Family{"namedprocess_namegroup_num_threads", kGauge, "groupname",
           "Threads of the processes in this group now. A process that has exited and is not reaped yet counts as one."},
    Family{"namedprocess_namegroup_states", kGauge, "groupname,state", "Threads of this group by state, each once."},
    Family{"namedprocess_namegroup_threads_wchan", kGauge, "groupname,wchan",
           "Threads of this group by the kernel function that they sleep in, sampled in the background."},
    Family{"namedprocess_namegroup_thread_count", kGauge, "groupname,threadname", "Living threads of this group that have this name."},
    Family{"namedprocess_namegroup_thread_cpu_seconds_total", kCounter, "groupname,threadname,mode",
           "CPU time of the threads of this name, those that have ended included."},
    Family{"namedprocess_namegroup_thread_io_bytes_total", kCounter, "groupname,threadname,iomode",
           "Bytes that the threads of this name fetched from storage and gave to it."},
    Family{"namedprocess_namegroup_thread_major_page_faults_total", kCounter, "groupname,threadname",
           "Page faults of the threads of this name that had to fetch a page from storage."},
    Family{"namedprocess_namegroup_thread_minor_page_faults_total", kCounter, "groupname,threadname",
           "Page faults of the threads of this name that found their page in memory."},
    Family{"namedprocess_namegroup_thread_context_switches_total", kCounter, "groupname,threadname,ctxswitchtype",
           "Times that a thread of this name left its CPU."},
    Family{"namedprocess_scrape_errors", kCounter, "", "Always 0: when nothing can be collected, a scrape fails and there is no page."},
    Family{"namedprocess_scrape_procread_errors", kCounter, "", "Tasks that ended and whose figures found no owner."},
    Family{"namedprocess_scrape_partial_errors", kCounter, "",
           "Decisions about the group of a process for which its command line or path was cut short or came too late."},
    Family{"process_exporter_build_info", kInfo, "version,revision,branch",
           "What this program was built from. The branch tells that procledger answers."},
};

void add(ledger::CpuSplit& sum, const ledger::CpuSplit& more) {
  sum.user_ns += more.user_ns;
  sum.system_ns += more.system_ns;
}

void add(std::optional<std::uint64_t>& sum, const std::optional<std::uint64_t>& more) {
  if (more) sum = sum.value_or(0) + *more;
}

CompatState compat_state(event::State state) {
  switch (state) {
    case event::State::kRunning:
      return CompatState::kRunning;
    case event::State::kSleeping:
      return CompatState::kSleeping;
    case event::State::kDiskSleep:
      return CompatState::kWaiting;
    case event::State::kZombie:
      return CompatState::kZombie;
    case event::State::kStopped:
    case event::State::kIdle:
    case event::State::kOther:
      break;
  }
  return CompatState::kOther;
}

void fold_holdings(CompatGroup& group, const ledger::Holdings& holdings) {
  group.memory.anonymous += holdings.memory.anonymous;
  group.memory.file += holdings.memory.file;
  group.memory.shared += holdings.memory.shared;
  group.memory.swapped += holdings.memory.swapped;
  group.memory.mapped += holdings.memory.mapped;
  group.open_files += holdings.open_files;
  group.worst_file_ratio = std::max(group.worst_file_ratio, holdings.worst_file_ratio);
}

void fold_account(CompatGroup& group, const ledger::Account& account) {
  group.processes += account.processes + account.zombies;
  group.threads += account.threads + account.zombies;
  add(group.cpu, account.by_process);
  group.total += account.total;
  fold_holdings(group, account.holdings);
  for (std::size_t state = 0; state < event::kStateCount; ++state) {
    group.states[static_cast<std::size_t>(compat_state(static_cast<event::State>(state)))] += account.thread_states[state];
  }
}

void fold_threads(CompatGroup& group, const std::vector<metrics::ThreadNameRow>& rows) {
  for (const auto& row : rows) {
    CompatThreads& threads = group.thread_names[row.name];
    threads.living += row.living;
    threads.total += row.total;
    add(threads.cpu, row.cpu);
  }
}

void fold(CompatGroup& group, const metrics::GroupRow& row) {
  fold_account(group, row.account);
  add(group.proportional_bytes, row.proportional_bytes);
  add(group.proportional_swap_bytes, row.proportional_swap_bytes);
  if (row.oldest_start_seconds) {
    const double start = std::floor(*row.oldest_start_seconds);
    group.oldest_start_seconds = std::min(group.oldest_start_seconds.value_or(start), start);
  }
  for (const auto& [channel, threads] : row.wait_channels) group.wait_channels[channel] += threads;
  fold_threads(group, row.thread_names);
}

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

void add_errors(ModelBuilder& out, const metrics::Snapshot& snapshot) {
  std::uint64_t without_owner = 0;
  for (const auto& loss : snapshot.losses) {
    if (loss.cpu_ns) without_owner += loss.records;
  }
  const auto add = [&out](std::string_view name, std::uint64_t errors) {
    out.open(compat_family(name));
    out.add({}, static_cast<double>(errors));
  };
  add("namedprocess_scrape_errors", 0);
  add("namedprocess_scrape_procread_errors", without_owner);
  add("namedprocess_scrape_partial_errors", snapshot.self.facts_cut);
}

void add_build(ModelBuilder& out, const Build& build) {
  out.open(compat_family("process_exporter_build_info"));
  out.add({{"version", build.version}, {"revision", build.revision}, {"branch", "procledger"}}, 1.0);
}

}  // namespace

std::span<const Family> compat_families() { return kFamilies; }

const Family& compat_family(std::string_view name) {
  const auto* const found = std::ranges::find(kFamilies, name, &Family::name);
  if (found == kFamilies.end()) std::abort();  // a misspelt name in our own code
  return *found;
}

CompatGroups compat_groups(const std::vector<metrics::GroupRow>& rows, bool with_empty) {
  CompatGroups groups;
  for (const auto& row : rows) fold(groups[row.name], row);
  if (!with_empty) std::erase_if(groups, [](const auto& entry) { return entry.second.processes == 0; });
  return groups;
}

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

PageModel process_exporter_model(CompatPage options, Build build) {
  return {.about = "The metrics of process-exporter, from the exact process accounting of procledger.",
          .visit = [options, build = std::move(build)](const metrics::Snapshot& snapshot, const FamilyVisitor& visit) {
            ModelBuilder out{visit};
            const CompatGroups groups = compat_groups(snapshot.groups, !options.remove_empty_groups);
            add_compat_counters(out, groups, snapshot.kernel);
            add_compat_gauges(out, groups, options.proportional_memory);
            if (options.threads) add_compat_threads(out, groups, snapshot.kernel);
            add_errors(out, snapshot);
            add_build(out, build);
            add_own_process(out, snapshot.own);
            out.finish();
          }};
}

}  // namespace procledger::exposition
