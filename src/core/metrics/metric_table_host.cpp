// SPDX-License-Identifier: Apache-2.0
// The metrics of the host, of the sources, and of collections. What the daemon knows of itself beside that is in a registry (src/exposition).
#include <map>
#include <utility>

#include "core/metrics/metric_table.hpp"

namespace procledger::metrics {
namespace {

using enum Type;
using enum Unit;
using enum Set;

std::string_view yes_no(bool value) { return value ? "true" : "false"; }

// Why a metric is absent. Those without a test are found out by the getter, sample by sample.

constexpr Absence kNoCpus{"the CPUs cannot be read", [](const Snapshot& snapshot) { return snapshot.host.cpus == 0; }};
constexpr Absence kNoneInState{"no process of the user is in the state"};
constexpr Absence kNotApart{"the kernel does not keep the part"};
constexpr Absence kNoIdle{"idle time is not known"};
constexpr Absence kNoCpuCost{"the cause costs no CPU time"};
constexpr Absence kNoSource{"no source works"};
constexpr Absence kNoPass{"not asked for, or not sampled yet"};
constexpr Absence kNoPrograms{"the source is not `bpf`"};

/// Two uids may share a name; two samples may not share a series.
void add_users(const PageView& page, SampleSink& out) {
  std::map<std::pair<std::string_view, event::State>, std::uint64_t> sums;
  for (const auto& row : page.snapshot.users) sums[{row.user, row.state}] += row.processes;
  for (const auto& [key, processes] : sums) out.add({key.first, state_name(key.second)}, Number{processes});
}

void add_host_cpu(const PageView& page, SampleSink& out) {
  const ledger::HostAccount& host = page.snapshot.host;
  out.add({"tasks"}, Number{to_seconds(host.tasks_ns)});
  out.add({"idle"}, to_seconds(host.idle_ns));
  out.add({"irq"}, to_seconds(host.irq_ns));
  out.add({"softirq"}, to_seconds(host.softirq_ns));
  out.add({"steal"}, to_seconds(host.steal_ns));
}

void add_source(const PageView& page, SampleSink& out) {
  for (const SourceRow& source : page.snapshot.sources) {
    if (source.active) {
      out.add({source.name, source.reason}, kOne);
    } else {
      out.add_hidden({source.name, source.reason}, kZero);
    }
  }
}

void add_kernel(const PageView& page, SampleSink& out) {
  const event::KernelFacts& kernel = page.snapshot.kernel;
  out.add({yes_no(kernel.irq_time), yes_no(kernel.steal_time), kernel.cgroup, yes_no(kernel.btf)}, kOne);
}

const std::array kHost{
    Metric{.family = {"procledger_processes", kGauge, kNone, "user,state",
                      "Processes of the whole host by effective user and state of the main thread; zombies are processes that nobody has "
                      "reaped yet.",
                      "processes[user,state].processes"},
           .set = kDefault,
           .absent = {&kNoneInState},
           .get = add_users},
    Metric{.family = {"procledger_host_cpu_seconds_total", kCounter, kSeconds, "part",
                      "Where the host's CPU time went since procledger started: tasks, idle, and irq, softirq and steal where this kernel "
                      "accounts for them separately. Without those three their time is inside tasks and idle.",
                      "host.{}_seconds"},
           .set = kDefault,
           .absent = {&kNoCpus, &kNotApart},
           .get = add_host_cpu},
    Metric{.family = {"procledger_cpu_residual_seconds", kGauge, kSeconds, "",
                      "Elapsed time times CPUs, minus all parts of procledger_host_cpu_seconds_total since procledger started. Close to 0 "
                      "when nothing is missed; negative when something was counted twice.",
                      "host.residual_seconds"},
           .set = kDefault,
           .absent = {&kNoCpus, &kNoIdle},
           .get = [](const PageView& page, SampleSink& out) { out.add({}, to_seconds(page.snapshot.host.residual_ns)); }},
    Metric{.family = {"procledger_host_cpus", kGauge, kNone, "", "CPUs that are online.", "host.cpus"},
           .set = kDefault,
           .absent = {&kNoCpus},
           .get = [](const PageView& page, SampleSink& out) { out.add(std::uint64_t{page.snapshot.host.cpus}); }},
    Metric{.family = {"procledger_lost_records_total", kCounter, kNone, "cause",
                      "Kernel records that could not take their usual way. Most are made good by a later record; what could not be is in "
                      "procledger_lost_cpu_seconds_total.",
                      "lost[cause].records"},
           .set = kMinimal,
           .absent = kNever,
           .get =
               [](const PageView& page, SampleSink& out) {
                 for (const LossRow& loss : page.snapshot.losses) out.add({loss.cause}, Number{loss.records});
               }},
    Metric{.family = {"procledger_lost_cpu_seconds_total", kCounter, kSeconds, "cause",
                      "CPU time whose owner is not known because a record was lost. It is counted in the group \"(unattributed)\".",
                      "lost[cause].cpu_seconds"},
           .set = kMinimal,
           .absent = {&kNoCpuCost},
           .get =
               [](const PageView& page, SampleSink& out) {
                 for (const LossRow& loss : page.snapshot.losses) out.add({loss.cause}, to_seconds(loss.cpu_ns));
               }},
    Metric{.family = {"procledger_source_active", kGauge, kNone, "source",
                      "1 for the source that the figures come from now, 0 for the others.", "sources[name].active?"},
           .set = kMinimal,
           .absent = kNever,
           .get =
               [](const PageView& page, SampleSink& out) {
                 for (const SourceRow& source : page.snapshot.sources) out.add({source.name}, source.active ? kOne : kZero);
               }},
    Metric{.family = {"procledger_source_info", kInfo, kNone, "source,reason",
                      "The source that the figures come from now, and why it was chosen.", "sources[name].*"},
           .set = kDefault,
           .absent = {&kNoSource},
           .get = add_source},
    Metric{.family = {"procledger_kernel_info", kInfo, kNone, "irq_time,steal_time,cgroup,btf",
                      "Facts about this kernel that change what the figures mean: whether interrupt and stolen time are charged to no "
                      "task, the cgroup version, and whether type information for eBPF is there.",
                      "kernel.*"},
           .set = kDefault,
           .absent = kNever,
           .get = add_kernel},
    Metric{.family = {"procledger_collect_duration_seconds", kGauge, kSeconds, "", "Wall time of the last collection.",
                      "collect.duration_seconds"},
           .set = kDefault,
           .absent = kNever,
           .get = [](const PageView& page, SampleSink& out) { out.add(page.snapshot.self.collect_seconds); }},
    Metric{.family = {"procledger_collect_cpu_seconds_total", kCounter, kSeconds, "",
                      "CPU time that procledger has spent on collecting; serving pages is not in it.", "collect.cpu_seconds"},
           .set = kDefault,
           .absent = kNever,
           .get = [](const PageView& page, SampleSink& out) { out.add(page.snapshot.self.collect_cpu_seconds); }},
    Metric{.family =
               {"procledger_slow_pass_timestamp_seconds", kGauge, kSeconds, "",
                "Unix time at which the last complete pass of the background sampling began; none of its figures is older. Passes are at "
                "least --slow.interval apart and use at most 5 % of one CPU. Only with --memory.pss or --sockets, after the first pass.",
                "slow_pass_timestamp_seconds"},
           .set = kDefault,
           .absent = {&kNoPass},
           .get = [](const PageView& page, SampleSink& out) { out.add({}, page.snapshot.slow_pass_seconds); }},
    Metric{.family = {"procledger_groups_dropped_total", kCounter, kNone, "",
                      "Groups given up at the limit of groups, longest without a process first. Their counters have ended.",
                      "collect.groups_dropped"},
           .set = kDefault,
           .absent = kNever,
           .get = [](const PageView& page, SampleSink& out) { out.add(page.snapshot.self.groups_dropped); }},
    Metric{.family = {"procledger_series_dropped", kGauge, kNone, "",
                      "Series of single threads, processes and thread names that the limit of series leaves out of this page. Whole groups "
                      "are never left out.",
                      "collect.series_dropped"},
           .set = kDefault,
           .absent = kNever,
           .get = [](const PageView& page, SampleSink& out) { out.add(page.snapshot.self.series_dropped); }},
    Metric{
        .family = {"procledger_incomplete_decisions_total", kCounter, kNone, "",
                   "Decisions about the group of a process for which its command line, path or environment was cut short or came too late.",
                   "collect.incomplete_decisions"},
        .set = kDefault,
        .absent = kNever,
        .get = [](const PageView& page, SampleSink& out) { out.add(page.snapshot.self.facts_cut); }},
    Metric{.family = {"procledger_bpf_recursion_misses_total", kCounter, kNone, "program",
                      "Runs of an eBPF program that the kernel skipped because the program was already running on that CPU.",
                      "bpf_recursion_misses.{}"},
           .set = kDefault,
           .absent = {&kNoPrograms},
           .get =
               [](const PageView& page, SampleSink& out) {
                 for (const auto& program : page.snapshot.misses) out.add({program.program}, Number{program.misses});
               }},
    Metric{.family = {"procledger_build_info", kInfo, kNone, "version,revision,compiler", "What this procledger was built from.", "build.*"},
           .set = kMinimal,
           .absent = kNever,
           .get = [](const PageView& page,
                     SampleSink& out) { out.add({page.build.version, page.build.revision, page.build.compiler}, kOne); }},
};

}  // namespace

std::span<const Metric> host_metrics() { return kHost; }

}  // namespace procledger::metrics
