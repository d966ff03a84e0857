// SPDX-License-Identifier: Apache-2.0
// The metrics of the host, of the sources, and of collections. Other metrics of the daemon are in src/exposition/daemon_metrics.cpp.
#include <map>
#include <utility>

#include "core/metrics/metric_table.hpp"

namespace procledger::metrics {
namespace {

using enum Type;
using enum Unit;
using enum Set;

std::string_view yes_no(bool value) { return value ? "true" : "false"; }

// Reasons for which a metric is absent. For a reason without a test, the getter leaves out single samples.

constexpr Absence kNoCpus{"the CPUs cannot be read", [](const Snapshot& snapshot) { return snapshot.host.cpus == 0; }};
constexpr Absence kNoneInState{"no process of the user is in the state"};
constexpr Absence kNotApart{"the kernel does not account for the part"};
constexpr Absence kNoIdle{"idle time is not known"};
constexpr Absence kNoCpuCost{"the cause loses no CPU time"};
constexpr Absence kNoSource{"no source works"};
constexpr Absence kNoPass{"not enabled, or not sampled yet"};
constexpr Absence kNoPrograms{"the source is not `bpf`"};

/// Adds up the processes of uids with the same name: a series may appear only once.
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
                      "Processes of the whole host by effective user and by state of the main thread. A zombie is a process that has "
                      "exited and is not reaped yet.",
                      "processes[user,state].processes"},
           .set = kDefault,
           .absent = {&kNoneInState},
           .get = add_users},
    Metric{.family = {"procledger_host_cpu_seconds_total", kCounter, kSeconds, "part",
                      "CPU time of the host since procledger started, by part: tasks, idle, irq, softirq, steal. On a kernel that does not "
                      "account for irq, softirq or steal separately, tasks and idle include that time.",
                      "host.{}_seconds"},
           .set = kDefault,
           .absent = {&kNoCpus, &kNotApart},
           .get = add_host_cpu},
    Metric{.family = {"procledger_cpu_residual_seconds", kGauge, kSeconds, "",
                      "Elapsed time multiplied by the number of CPUs, minus all parts of procledger_host_cpu_seconds_total, since "
                      "procledger started. Close to 0 if nothing is missed, negative if something is counted twice.",
                      "host.residual_seconds"},
           .set = kDefault,
           .absent = {&kNoCpus, &kNoIdle},
           .get = [](const PageView& page, SampleSink& out) { out.add({}, to_seconds(page.snapshot.host.residual_ns)); }},
    Metric{.family = {"procledger_host_cpus", kGauge, kNone, "", "CPUs that are online.", "host.cpus"},
           .set = kDefault,
           .absent = {&kNoCpus},
           .get = [](const PageView& page, SampleSink& out) { out.add(std::uint64_t{page.snapshot.host.cpus}); }},
    Metric{.family = {"procledger_lost_records_total", kCounter, kNone, "cause",
                      "Kernel records that did not arrive by the normal path. A later record makes up for most of these records. The rest "
                      "of their CPU time is in procledger_lost_cpu_seconds_total.",
                      "lost[cause].records"},
           .set = kMinimal,
           .absent = kNever,
           .get =
               [](const PageView& page, SampleSink& out) {
                 for (const LossRow& loss : page.snapshot.losses) out.add({loss.cause}, Number{loss.records});
               }},
    Metric{.family = {"procledger_lost_cpu_seconds_total", kCounter, kSeconds, "cause",
                      "CPU time whose process is not known because a record was lost. The group \"(unattributed)\" includes this time.",
                      "lost[cause].cpu_seconds"},
           .set = kMinimal,
           .absent = {&kNoCpuCost},
           .get =
               [](const PageView& page, SampleSink& out) {
                 for (const LossRow& loss : page.snapshot.losses) out.add({loss.cause}, to_seconds(loss.cpu_ns));
               }},
    Metric{.family = {"procledger_source_active", kGauge, kNone, "source",
                      "1 for the source that the values come from now, 0 for the other sources.", "sources[name].active?"},
           .set = kMinimal,
           .absent = kNever,
           .get =
               [](const PageView& page, SampleSink& out) {
                 for (const SourceRow& source : page.snapshot.sources) out.add({source.name}, source.active ? kOne : kZero);
               }},
    Metric{.family = {"procledger_source_info", kInfo, kNone, "source,reason",
                      "The source that the values come from now, and why procledger uses it.", "sources[name].*"},
           .set = kDefault,
           .absent = {&kNoSource},
           .get = add_source},
    Metric{.family = {"procledger_kernel_info", kInfo, kNone, "irq_time,steal_time,cgroup,btf",
                      "Facts about this kernel that change what the values mean: whether interrupt time and stolen time are kept apart "
                      "from task time, the cgroup version, and whether type information for eBPF (BTF) is available.",
                      "kernel.*"},
           .set = kDefault,
           .absent = kNever,
           .get = add_kernel},
    Metric{.family = {"procledger_collect_duration_seconds", kGauge, kSeconds, "", "Wall time of the last collection.",
                      "collect.duration_seconds"},
           .set = kDefault,
           .absent = kNever,
           .get = [](const PageView& page, SampleSink& out) { out.add(page.snapshot.self.collect_seconds); }},
    Metric{
        .family = {"procledger_collect_cpu_seconds_total", kCounter, kSeconds, "",
                   "CPU time that procledger has used for collections. The time for serving pages is not included.", "collect.cpu_seconds"},
        .set = kDefault,
        .absent = kNever,
        .get = [](const PageView& page, SampleSink& out) { out.add(page.snapshot.self.collect_cpu_seconds); }},
    Metric{.family = {"procledger_slow_pass_timestamp_seconds", kGauge, kSeconds, "",
                      "Unix time at which the last complete background pass began: no value of proportional memory or sockets is older "
                      "than that. Passes are at least --slow.interval apart and use at most 5 % of one CPU. Absent before the first pass, "
                      "and if neither is enabled.",
                      "slow_pass_timestamp_seconds"},
           .set = kDefault,
           .absent = {&kNoPass},
           .get = [](const PageView& page, SampleSink& out) { out.add({}, page.snapshot.slow_pass_seconds); }},
    Metric{.family = {"procledger_groups_dropped_total", kCounter, kNone, "",
                      "Groups dropped at the limit of groups. At the limit, procledger drops the group that has been empty longest, if it "
                      "has been empty for an hour or more. The counters of a dropped group end.",
                      "collect.groups_dropped"},
           .set = kDefault,
           .absent = kNever,
           .get = [](const PageView& page, SampleSink& out) { out.add(page.snapshot.self.groups_dropped); }},
    Metric{.family = {"procledger_series_dropped", kGauge, kNone, "",
                      "Series of single threads, processes and thread names that the limit of series removes from this page. Series of "
                      "whole groups are never removed.",
                      "collect.series_dropped"},
           .set = kDefault,
           .absent = kNever,
           .get = [](const PageView& page, SampleSink& out) { out.add(page.snapshot.self.series_dropped); }},
    Metric{.family = {"procledger_incomplete_decisions_total", kCounter, kNone, "",
                      "Group assignments for which the command line, path or environment of the process was truncated or came too late.",
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
    Metric{.family = {"procledger_build_info", kInfo, kNone, "version,revision,compiler",
                      "Version, revision and compiler of this procledger.", "build.*"},
           .set = kMinimal,
           .absent = kNever,
           .get = [](const PageView& page,
                     SampleSink& out) { out.add({page.build.version, page.build.revision, page.build.compiler}, kOne); }},
};

}  // namespace

std::span<const Metric> host_metrics() { return kHost; }

}  // namespace procledger::metrics
