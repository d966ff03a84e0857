// SPDX-License-Identifier: Apache-2.0
#include "exposition/process_exporter_metrics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <variant>

namespace procledger::exposition {
namespace {

using enum metrics::Type;
using enum metrics::Unit;
using event::TaskCounters;
using metrics::Number;
using metrics::PageView;
using metrics::SampleSink;

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

void fold_process_usage(CompatGroup& group, const ledger::UsageSums& holdings) {
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
  fold_process_usage(group, account.holdings);
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

struct CompatView {
  const CompatGroup& group;
  const CompatPage& options;
};

/// A row of the table, like metrics::Metric but over CompatGroup.
struct CompatMetric {
  metrics::Family family;
  metrics::Absences absent{};
  std::variant<void (*)(const CompatView&, SampleSink&), void (*)(const CompatThreads&, SampleSink&), metrics::PageGetter> get;
};

constexpr metrics::Absences kUnlessStorage{&metrics::kNoStorageIo};

template <auto Field>
void total(const CompatView& view, SampleSink& out) {
  out.add(view.group.total.*Field);
}

template <auto Field>
void count(const CompatView& view, SampleSink& out) {
  out.add(view.group.*Field);
}

void add_switches(SampleSink& out, const TaskCounters& total) {
  out.add({"voluntary"}, Number{total.voluntary_switches});
  out.add({"nonvoluntary"}, Number{total.involuntary_switches});
}

/// The value if known. A group without processes holds no memory: its value is 0.
std::optional<std::uint64_t> if_known(const CompatGroup& group, std::optional<std::uint64_t> bytes) {
  if (!bytes && group.processes > 0) return std::nullopt;
  return bytes.value_or(0);
}

void add_memory(const CompatView& view, SampleSink& out) {
  const CompatGroup& group = view.group;
  out.add({"resident"}, Number{group.memory.resident()});
  out.add({"virtual"}, Number{group.memory.mapped});
  out.add({"swapped"}, Number{group.memory.swapped});
  if (!view.options.proportional_memory) return;
  out.add({"proportionalResident"}, if_known(group, group.proportional_bytes));
  out.add({"proportionalSwapped"}, if_known(group, group.proportional_swap_bytes));
}

void add_states(const CompatView& view, SampleSink& out) {
  for (std::size_t state = 0; state < kCompatStates.size(); ++state) out.add({kCompatStates[state]}, Number{view.group.states[state]});
}

void add_losses(const PageView& page, SampleSink& out) {
  std::uint64_t without_owner = 0;
  for (const auto& loss : page.snapshot.losses) {
    if (loss.cpu_ns) without_owner += loss.records;
  }
  out.add(without_owner);
}

const std::array kMetrics{
    CompatMetric{.family = {"namedprocess_namegroup_cpu_seconds_total", kCounter, kSeconds, "groupname,mode",
                            "CPU time of the processes in this group, including processes that have exited. The split into user and "
                            "system follows each process's own tick samples, as in /proc."},
                 .get = [](const CompatView& view, SampleSink& out) { metrics::add_split(out, view.group.cpu); }},
    CompatMetric{
        .family = {"namedprocess_namegroup_read_bytes_total", kCounter, kBytes, "groupname", "Bytes that this group fetched from storage."},
        .absent = kUnlessStorage,
        .get = total<&TaskCounters::storage_read_bytes>},
    CompatMetric{
        .family = {"namedprocess_namegroup_write_bytes_total", kCounter, kBytes, "groupname", "Bytes that this group sent to storage."},
        .absent = kUnlessStorage,
        .get = total<&TaskCounters::storage_written_bytes>},
    CompatMetric{.family = {"namedprocess_namegroup_major_page_faults_total", kCounter, kNone, "groupname",
                            "Page faults for which the kernel fetched a page from storage."},
                 .get = total<&TaskCounters::major_faults>},
    CompatMetric{.family = {"namedprocess_namegroup_minor_page_faults_total", kCounter, kNone, "groupname",
                            "Page faults for which the kernel found the page in memory."},
                 .get = total<&TaskCounters::minor_faults>},
    CompatMetric{.family = {"namedprocess_namegroup_context_switches_total", kCounter, kNone, "groupname,ctxswitchtype",
                            "Times that a thread of this group left its CPU, including threads that have exited."},
                 .get = [](const CompatView& view, SampleSink& out) { add_switches(out, view.group.total); }},
    CompatMetric{
        .family = {"namedprocess_namegroup_num_procs", kGauge, kNone, "groupname", "Processes in this group now, including zombies."},
        .get = count<&CompatGroup::processes>},
    CompatMetric{.family = {"namedprocess_namegroup_memory_bytes", kGauge, kBytes, "groupname,memtype",
                            "Memory of the processes in this group by kind. The proportional kinds are sampled in the background."},
                 .get = add_memory},
    CompatMetric{.family = {"namedprocess_namegroup_open_filedesc", kGauge, kNone, "groupname",
                            "Open file descriptors of the processes in this group."},
                 .get = count<&CompatGroup::open_files>},
    CompatMetric{.family = {"namedprocess_namegroup_worst_fd_ratio", kGauge, kRatio, "groupname",
                            "Open file descriptors divided by their limit, for the process of this group with the largest ratio."},
                 .get = count<&CompatGroup::worst_file_ratio>},
    CompatMetric{.family = {"namedprocess_namegroup_oldest_start_time_seconds", kGauge, kSeconds, "groupname",
                            "Unix time at which the oldest living process of this group started, in whole seconds."},
                 .get = [](const CompatView& view, SampleSink& out) { out.add({}, view.group.oldest_start_seconds); }},
    CompatMetric{.family = {"namedprocess_namegroup_num_threads", kGauge, kNone, "groupname",
                            "Threads of the processes in this group now. A zombie counts as one thread."},
                 .get = count<&CompatGroup::threads>},
    CompatMetric{.family = {"namedprocess_namegroup_states", kGauge, kNone, "groupname,state",
                            "Threads of this group by state; each thread counts once."},
                 .get = add_states},
    CompatMetric{.family = {"namedprocess_namegroup_threads_wchan", kGauge, kNone, "groupname,wchan",
                            "Threads of this group by the kernel function that they sleep in, sampled in the background."},
                 .get =
                     [](const CompatView& view, SampleSink& out) {
                       for (const auto& [channel, threads] : view.group.wait_channels) out.add({channel}, Number{threads});
                     }},
    CompatMetric{.family = {"namedprocess_namegroup_thread_count", kGauge, kNone, "groupname,threadname",
                            "Living threads of this group with this name."},
                 .get = [](const CompatThreads& threads, SampleSink& out) { out.add(threads.living); }},
    CompatMetric{.family = {"namedprocess_namegroup_thread_cpu_seconds_total", kCounter, kSeconds, "groupname,threadname,mode",
                            "CPU time of the threads of this name, including threads that have exited."},
                 .get = [](const CompatThreads& threads, SampleSink& out) { metrics::add_split(out, threads.cpu); }},
    CompatMetric{.family = {"namedprocess_namegroup_thread_io_bytes_total", kCounter, kBytes, "groupname,threadname,iomode",
                            "Bytes that the threads of this name fetched from storage (read) and sent to storage (write)."},
                 .absent = kUnlessStorage,
                 .get =
                     [](const CompatThreads& threads, SampleSink& out) {
                       out.add({"read"}, Number{threads.total.storage_read_bytes});
                       out.add({"write"}, Number{threads.total.storage_written_bytes});
                     }},
    CompatMetric{.family = {"namedprocess_namegroup_thread_major_page_faults_total", kCounter, kNone, "groupname,threadname",
                            "Page faults of the threads of this name for which the kernel fetched a page from storage."},
                 .get = [](const CompatThreads& threads, SampleSink& out) { out.add(threads.total.major_faults); }},
    CompatMetric{.family = {"namedprocess_namegroup_thread_minor_page_faults_total", kCounter, kNone, "groupname,threadname",
                            "Page faults of the threads of this name for which the kernel found the page in memory."},
                 .get = [](const CompatThreads& threads, SampleSink& out) { out.add(threads.total.minor_faults); }},
    CompatMetric{.family = {"namedprocess_namegroup_thread_context_switches_total", kCounter, kNone, "groupname,threadname,ctxswitchtype",
                            "Times that a thread of this name left its CPU."},
                 .get = [](const CompatThreads& threads, SampleSink& out) { add_switches(out, threads.total); }},
    CompatMetric{.family = {"namedprocess_scrape_errors", kCounter, kNone, "",
                            "Always 0. When a collection fails, the scrape fails and there is no page."},
                 .get = [](const PageView& /*page*/, SampleSink& out) { out.add(Number{0.0}); }},
    CompatMetric{.family = {"namedprocess_scrape_procread_errors", kCounter, kNone, "", "Exited tasks whose usage is unattributed."},
                 .get = add_losses},
    CompatMetric{.family = {"namedprocess_scrape_partial_errors", kCounter, kNone, "",
                            "Group assignments for which the command line or path of the process was truncated or came too late."},
                 .get = [](const PageView& page, SampleSink& out) { out.add(page.snapshot.self.facts_cut); }},
    CompatMetric{.family = {"process_exporter_build_info", kInfo, kNone, "version,revision,branch",
                            "Version and revision of this procledger. The branch is always \"procledger\"."},
                 .get = [](const PageView& page,
                           SampleSink& out) { out.add({page.build.version, page.build.revision, "procledger"}, Number{1.0}); }},
};

struct CompatRenderer {
  const CompatGroups& groups;
  const CompatPage& options;
  const PageView& page;
  SampleSink& out;

  void operator()(void (*get)(const CompatView&, SampleSink&)) const {
    for (const auto& [name, group] : groups) {
      out.subject({.group = name});
      get({group, options}, out);
    }
  }
  void operator()(void (*get)(const CompatThreads&, SampleSink&)) const {
    if (!options.threads) return;
    for (const auto& [name, group] : groups) {
      for (const auto& [thread_name, threads] : group.thread_names) {
        const std::array<std::string_view, 1> identity{thread_name};
        out.subject({.group = name, .identity = identity});
        get(threads, out);
      }
    }
  }
  void operator()(metrics::PageGetter get) const {
    out.subject({});
    get(page, out);
  }
};

void emit_compat(const PageView& page, const CompatPage& options, SampleSink& out) {
  const CompatGroups groups = compat_groups(page.snapshot.groups, !options.remove_empty_groups);
  for (const CompatMetric& metric : kMetrics) {
    if (metrics::is_absent(metric.absent, page.snapshot)) continue;
    out.open(metric.family);
    std::visit(CompatRenderer{groups, options, page, out}, metric.get);
  }
}

}  // namespace

std::vector<const metrics::Family*> compat_families() {
  std::vector<const metrics::Family*> families;
  families.reserve(kMetrics.size());
  for (const CompatMetric& metric : kMetrics) families.push_back(&metric.family);
  return families;
}

CompatGroups compat_groups(const std::vector<metrics::GroupRow>& rows, bool with_empty) {
  CompatGroups groups;
  for (const auto& row : rows) fold(groups[row.name], row);
  if (!with_empty) std::erase_if(groups, [](const auto& entry) { return entry.second.processes == 0; });
  return groups;
}

PageModel process_exporter_model(CompatPage options, Build build, DaemonMetrics daemon) {
  return {.about = "The metrics of process-exporter, from the exact process accounting of procledger.",
          .emit =
              [options, build = std::move(build), process = daemon.process](const metrics::Snapshot& snapshot, SampleSink& out) {
                emit_compat({snapshot, build}, options, out);
                if (process) add_collected(*process, out);
              },
          .daemon = std::move(daemon)};
}

}  // namespace procledger::exposition
