// SPDX-License-Identifier: Apache-2.0
// The metrics of groups, and of the threads and processes in groups. A new metric is one row here, a field for its value, and a test.
#include "core/metrics/metric_table.hpp"

namespace procledger::metrics {
namespace {

using enum Type;
using enum Unit;
using enum Set;

using event::KernelFacts;
using event::Memory;
using event::TaskCounters;
using ledger::Account;
using ledger::UsageSums;

// Reasons for which a metric of a group is absent. For a reason without a test, the getter leaves out single samples.

constexpr Absence kNoLives{"the source reports no starts and exits", &KernelFacts::lives};
constexpr Absence kNoWait{"the kernel keeps no run-queue wait", &KernelFacts::run_queue_wait};
constexpr Absence kNoCallIo{"the kernel counts no I/O by system call", &KernelFacts::call_io};
constexpr Absence kNoHugetlb{"the kernel has no huge pages", &KernelFacts::hugetlb};
constexpr Absence kNoHistogram{"`lifetime_histogram: false`", [](const Snapshot& snapshot) { return !snapshot.lifetime_histogram; }};
constexpr Absence kEmpty{"the group is empty", [](const GroupView& group) { return !is_alive(group.row); }, true};
constexpr Absence kUnnamed{"the group is empty and no rule names it",
                           [](const GroupView& group) { return !is_alive(group.row) && !group.row.configured; }, true};
constexpr Absence kNoProcess{"the group has no living process", [](const GroupView& group) { return !group.row.oldest_start_seconds; }};
constexpr Absence kNoMemory{"memory cannot be read", [](const GroupView& group) { return group.row.account.holdings.with_memory == 0; }};
constexpr Absence kNoFiles{"open files cannot be read", [](const GroupView& group) { return group.row.account.holdings.with_files == 0; }};
constexpr Absence kNoPeak{"no process of the group ever had memory",
                          [](const GroupView& group) { return group.row.account.peak_bytes == 0; }, true};
constexpr Absence kNoEstimate{"only bpf was in use",
                              [](const GroupView& group) { return !shows_estimates(group.row, group.snapshot.kernel); }};
constexpr Absence kNoAutoreaped{"`autoreaped`: no such process yet"};
constexpr Absence kNotSampled{"not enabled, or not sampled yet"};
constexpr Absence kNoSocket{"no socket of the protocol and state"};
constexpr Absence kNotAskedFor{"not enabled for the group"};
constexpr Absence kUnknownMemory{"memory cannot be read"};

constexpr Absences kUnlessStarts{&kNoLives};
constexpr Absences kUnlessStorage{&kNoStorageIo};
constexpr Absences kUnlessCalls{&kNoCallIo};
constexpr Absences kUnlessMember{&kEmpty};
constexpr Absences kUnlessMemory{&kEmpty, &kNoMemory};
constexpr Absences kUnlessFiles{&kEmpty, &kNoFiles};
constexpr Absences kUnlessDetails{&kNotAskedFor};

// Getters for one field: of the account, of the totals, of the memory or the open files of living processes, of the child usage.

template <auto Field>
void account(const GroupView& group, SampleSink& out) {
  out.add(group.row.account.*Field);
}

template <auto Field>
void total(const GroupView& group, SampleSink& out) {
  out.add(group.total.*Field);
}

template <auto Field>
void memory(const GroupView& group, SampleSink& out) {
  out.add(group.row.account.holdings.memory.*Field);
}

template <auto Field>
void files(const GroupView& group, SampleSink& out) {
  out.add(group.row.account.holdings.*Field);
}

template <auto Field>
void children_bytes(const GroupView& group, SampleSink& out) {
  out.add(group.row.account.children.total.*Field);
}

/// Calls `add_samples` per way of reaping. The samples of `autoreaped` are hidden on a page until the group has such a process.
template <typename AddSamples>
void for_each_reaping(const GroupView& group, AddSamples add_samples) {
  constexpr std::array<std::string_view, ledger::kReapingCount> kReapings{"waited", "autoreaped"};
  for (std::size_t how = 0; how < kReapings.size(); ++how) {
    const ledger::Reaped& reaped = group.row.account.reaped[how];
    add_samples(kReapings[how], reaped, how == static_cast<std::size_t>(ledger::Reaping::kWaited) || reaped.processes > 0);
  }
}

void add_or_hide(SampleSink& out, bool shown, std::initializer_list<std::string_view> labels, const Number& value) {
  if (shown) {
    out.add(labels, value);
  } else {
    out.add_hidden(labels, value);
  }
}

void add_reaped(const GroupView& group, SampleSink& out) {
  for_each_reaping(
      group, [&](std::string_view how, const ledger::Reaped& reaped, bool shown) { add_or_hide(out, shown, {how}, reaped.processes); });
}

void add_reaped_cpu(const GroupView& group, SampleSink& out) {
  for_each_reaping(group, [&](std::string_view how, const ledger::Reaped& reaped, bool shown) {
    add_or_hide(out, shown, {how, "user"}, to_seconds(reaped.own.cpu.user_ns));
    add_or_hide(out, shown, {how, "system"}, to_seconds(reaped.own.cpu.system_ns));
  });
}

template <auto Field>
void reaped_bytes(const GroupView& group, SampleSink& out) {
  for_each_reaping(group, [&](std::string_view how, const ledger::Reaped& reaped, bool shown) {
    add_or_hide(out, shown, {how}, reaped.own.total.*Field);
  });
}

void add_exits(const GroupView& group, SampleSink& out) {
  constexpr std::array<std::string_view, ledger::kExitReasonCount> kReasons{"ok", "error", "signal"};
  for (std::size_t i = 0; i < kReasons.size(); ++i) out.add({kReasons[i]}, Number{group.row.account.exits[i]});
}

void add_lifetimes(const GroupView& group, SampleSink& out) {
  const ledger::Lifetimes& lifetimes = group.row.account.lifetimes;
  out.add(Histogram{ledger::kLifetimeBounds, lifetimes.buckets, to_seconds(lifetimes.sum_ns)});
}

void add_switches(const GroupView& group, SampleSink& out) {
  out.add({"voluntary"}, Number{group.total.voluntary_switches});
  out.add({"involuntary"}, Number{group.total.involuntary_switches});
}

void add_faults(const GroupView& group, SampleSink& out) {
  out.add({"minor"}, Number{group.total.minor_faults});
  out.add({"major"}, Number{group.total.major_faults});
}

void add_thread_states(const GroupView& group, SampleSink& out) {
  for (std::size_t state = 0; state < event::kStateCount; ++state) {
    out.add({state_name(static_cast<event::State>(state))}, Number{group.row.account.thread_states[state]});
  }
}

void add_sockets(const GroupView& group, SampleSink& out) {
  for (const SocketRow& kind : group.row.sockets) out.add({kind.protocol, kind.state}, Number{kind.sockets});
}

const std::array kMetrics{
    Metric{.family = {"procledger_group_cpu_seconds_total", kCounter, kSeconds, "group,mode",
                      "CPU time that processes used while they belonged to this group, including processes that have exited. The sum of "
                      "both modes is exact. The split into user and system follows the kernel's tick samples.",
                      "cpu_seconds.{}"},
           .set = kMinimal,
           .absent = kNever,
           .get = [](const GroupView& group, SampleSink& out) { add_split(out, group.row.account.shown); }},
    Metric{.family = {"procledger_group_estimated_cpu_seconds_total", kCounter, kSeconds, "group,mode",
                      "Estimated CPU time of processes that start and exit between two scans, and of other processes after their last "
                      "scan: the time that the kernel credits to a parent for reaped children, minus the observed time of these children. "
                      "The source proc charges the parent's group, the source taskstats the children's groups. Add this metric to "
                      "procledger_group_cpu_seconds_total for all known CPU time: no other series includes this time. Only with the "
                      "sources proc and taskstats.",
                      "estimated_cpu_seconds.{}"},
           .set = kDefault,
           .absent = {&kNoEstimate},
           .get = [](const GroupView& group, SampleSink& out) { add_split(out, group.row.account.estimated); }},
    Metric{
        .family = {"procledger_group_processes", kGauge, kNone, "group", "Processes in this group now. Zombies do not count.", "processes"},
        .set = kMinimal,
        .absent = {&kUnnamed},
        .get = account<&Account::processes>},
    Metric{.family = {"procledger_group_threads", kGauge, kNone, "group", "Threads of the processes in this group now.", "threads"},
           .set = kMinimal,
           .absent = {&kUnnamed},
           .get = account<&Account::threads>},
    Metric{.family = {"procledger_group_forks_total", kCounter, kNone, "group",
                      "Processes forked, counted in the group of the process that called fork. New threads do not count.", "forks"},
           .set = kDefault,
           .absent = kUnlessStarts,
           .get = account<&Account::forks>},
    Metric{.family = {"procledger_group_execs_total", kCounter, kNone, "group",
                      "Programs started by exec, counted in the group that the process has after the exec.", "execs"},
           .set = kDefault,
           .absent = kUnlessStarts,
           .get = account<&Account::execs>},
    Metric{.family = {"procledger_group_exits_total", kCounter, kNone, "group,reason",
                      "Processes that exited, by reason: ok (status 0), error (another status) or signal (killed by a signal). A process "
                      "counts when it exits, not when its parent reaps it.",
                      "exits.{}"},
           .set = kMinimal,
           .absent = kUnlessStarts,
           .get = add_exits},
    Metric{.family = {"procledger_group_process_lifetime_seconds", kHistogram, kSeconds, "group",
                      "Time from fork to exit of processes that have exited, in the group that the process had at its exit.", "lifetimes"},
           .set = kDefault,
           .absent = {&kNoLives, &kNoHistogram},
           .get = add_lifetimes},
    Metric{.family = {"procledger_group_oldest_start_time_seconds", kGauge, kSeconds, "group",
                      "Unix time at which the oldest living process of this group started.", "oldest_start_time_seconds"},
           .set = kDefault,
           .absent = {&kNoProcess},
           .get = [](const GroupView& group, SampleSink& out) { out.add({}, group.row.oldest_start_seconds); }},
    Metric{.family = {"procledger_group_runqueue_wait_seconds_total", kCounter, kSeconds, "group",
                      "Run-queue wait: time that threads were ready to run but waited for a CPU.", "usage.runqueue_wait_seconds"},
           .set = kDefault,
           .absent = {&kNoWait},
           .get = [](const GroupView& group, SampleSink& out) { out.add(to_seconds(group.total.wait_ns)); }},
    Metric{.family = {"procledger_group_context_switches_total", kCounter, kNone, "group,type",
                      "Times that a thread left its CPU: voluntary when the thread had to wait for something, involuntary when another "
                      "thread took the CPU.",
                      "usage.{}_switches"},
           .set = kDefault,
           .absent = kNever,
           .get = add_switches},
    Metric{.family = {"procledger_group_page_faults_total", kCounter, kNone, "group,type",
                      "Page faults: minor when the kernel found the page in memory, major when the kernel had to fetch the page from "
                      "storage.",
                      "usage.{}_faults"},
           .set = kDefault,
           .absent = kNever,
           .get = add_faults},
    Metric{.family = {"procledger_group_storage_read_bytes_total", kCounter, kBytes, "group",
                      "Bytes that processes of this group fetched from storage. Bytes of reaped children are not added to their parent.",
                      "usage.storage_read_bytes"},
           .set = kDefault,
           .absent = kUnlessStorage,
           .get = total<&TaskCounters::storage_read_bytes>},
    Metric{.family = {"procledger_group_storage_written_bytes_total", kCounter, kBytes, "group",
                      "Bytes that processes of this group sent to storage, counted when a page in memory is changed, not when the page is "
                      "written out. Bytes of reaped children are not added to their parent.",
                      "usage.storage_written_bytes"},
           .set = kDefault,
           .absent = kUnlessStorage,
           .get = total<&TaskCounters::storage_written_bytes>},
    Metric{.family = {"procledger_group_storage_cancelled_written_bytes_total", kCounter, kBytes, "group",
                      "Bytes that were written in memory and dropped before they reached storage, because their file was truncated or "
                      "removed. The group of the process that dropped the bytes counts them. Subtract this metric from "
                      "procledger_group_storage_written_bytes_total only in sums over all groups.",
                      "usage.storage_cancelled_written_bytes"},
           .set = kDefault,
           .absent = kUnlessStorage,
           .get = total<&TaskCounters::storage_cancelled_bytes>},
    Metric{.family = {"procledger_group_io_read_bytes_total", kCounter, kBytes, "group",
                      "Bytes read by read(2) and similar calls, including reads from caches, pipes and sockets.", "usage.io_read_bytes"},
           .set = kDefault,
           .absent = kUnlessCalls,
           .get = total<&TaskCounters::call_read_bytes>},
    Metric{
        .family = {"procledger_group_io_written_bytes_total", kCounter, kBytes, "group",
                   "Bytes written by write(2) and similar calls, including writes to caches, pipes and sockets.", "usage.io_written_bytes"},
        .set = kDefault,
        .absent = kUnlessCalls,
        .get = total<&TaskCounters::call_written_bytes>},
    Metric{.family = {"procledger_group_io_read_syscalls_total", kCounter, kNone, "group", "Calls of read(2) and similar system calls.",
                      "usage.io_read_syscalls"},
           .set = kDefault,
           .absent = kUnlessCalls,
           .get = total<&TaskCounters::call_reads>},
    Metric{.family = {"procledger_group_io_write_syscalls_total", kCounter, kNone, "group", "Calls of write(2) and similar system calls.",
                      "usage.io_write_syscalls"},
           .set = kDefault,
           .absent = kUnlessCalls,
           .get = total<&TaskCounters::call_writes>},
    Metric{.family = {"procledger_group_reaped_children_total", kCounter, kNone, "group,how",
                      "Reaped processes whose parent was in this group. The label how is waited if the parent reaped the process, and "
                      "autoreaped if the kernel did so because the parent ignores the exits of its children.",
                      "children.{}.processes"},
           .set = kDefault,
           .absent = {&kNoLives, &kNoAutoreaped},
           .get = add_reaped},
    Metric{.family = {"procledger_group_reaped_children_cpu_seconds_total", kCounter, kSeconds, "group,how,mode",
                      "CPU time of the processes in procledger_group_reaped_children_total, without the CPU time of their children. The "
                      "same time is also in procledger_group_cpu_seconds_total, in the group of each process. Summed over all groups, "
                      "this metric counts each second once.",
                      "children.{}.cpu_seconds.{}"},
           .set = kDefault,
           .absent = {&kNoLives, &kNoAutoreaped},
           .get = add_reaped_cpu},
    Metric{.family = {"procledger_group_reaped_children_storage_read_bytes_total", kCounter, kBytes, "group,how",
                      "Bytes that the processes in procledger_group_reaped_children_total fetched from storage, without the bytes of "
                      "their children."},
           .set = kFull,
           .absent = {&kNoLives, &kNoStorageIo, &kNoAutoreaped},
           .get = reaped_bytes<&TaskCounters::storage_read_bytes>},
    Metric{.family = {"procledger_group_reaped_children_storage_written_bytes_total", kCounter, kBytes, "group,how",
                      "Bytes that the processes in procledger_group_reaped_children_total sent to storage, without the bytes of their "
                      "children."},
           .set = kFull,
           .absent = {&kNoLives, &kNoStorageIo, &kNoAutoreaped},
           .get = reaped_bytes<&TaskCounters::storage_written_bytes>},
    Metric{.family = {"procledger_group_children_cumulative_cpu_seconds_total", kCounter, kSeconds, "group,mode",
                      "CPU time of the reaped children of this group's processes, including the children's own reaped descendants, as the "
                      "kernel counts it in cutime and cstime. Never sum this metric over groups: each ancestor counts the time of a "
                      "grandchild.",
                      "children.cumulative.cpu_seconds.{}"},
           .set = kFull,
           .absent = kNever,
           .get = [](const GroupView& group, SampleSink& out) { add_split(out, group.row.account.children.cpu); }},
    Metric{.family = {"procledger_group_children_cumulative_storage_read_bytes_total", kCounter, kBytes, "group",
                      "Bytes that the reaped children of this group's processes, including the children's own reaped descendants, fetched "
                      "from storage. Never sum this metric over groups: each ancestor counts the bytes of a grandchild."},
           .set = kFull,
           .absent = kUnlessStorage,
           .get = children_bytes<&TaskCounters::storage_read_bytes>},
    Metric{.family = {"procledger_group_children_cumulative_storage_written_bytes_total", kCounter, kBytes, "group",
                      "Bytes that the reaped children of this group's processes, including the children's own reaped descendants, sent to "
                      "storage. Never sum this metric over groups: each ancestor counts the bytes of a grandchild."},
           .set = kFull,
           .absent = kUnlessStorage,
           .get = children_bytes<&TaskCounters::storage_written_bytes>},
    Metric{.family = {"procledger_group_zombies", kGauge, kNone, "group",
                      "Processes of this group that have exited and are not reaped by their parent yet.", "now.zombies"},
           .set = kDefault,
           .absent = kUnlessMember,
           .get = account<&Account::zombies>},
    Metric{.family = {"procledger_group_zombie_cpu_seconds", kGauge, kSeconds, "group",
                      "CPU time of the processes in procledger_group_zombies, including their reaped descendants. The same time is "
                      "already in procledger_group_cpu_seconds_total.",
                      "now.zombie_cpu_seconds"},
           .set = kDefault,
           .absent = kUnlessMember,
           .get = [](const GroupView& group, SampleSink& out) { out.add(to_seconds(group.row.account.zombie_cpu_ns)); }},
    Metric{.family = {"procledger_group_unreaped_children", kGauge, kNone, "group",
                      "Zombies of all groups whose parent is in this group and has not reaped them yet. procledger_group_zombies counts by "
                      "the group of the zombie. A zombie whose parent is not known counts in no group.",
                      "now.unreaped_children"},
           .set = kDefault,
           .absent = kUnlessMember,
           .get = account<&Account::unreaped>},
    Metric{.family = {"procledger_group_thread_states", kGauge, kNone, "group,state",
                      "Threads by state. A process that has exited counts once, as zombie. A main thread that has exited before its "
                      "process does not count.",
                      "now.thread_states.{}"},
           .set = kDefault,
           .absent = kUnlessMember,
           .get = add_thread_states},
    Metric{.family = {"procledger_group_resident_memory_bytes", kGauge, kBytes, "group",
                      "Memory in RAM: anonymous, file and shared pages, summed over processes. A page that several processes share counts "
                      "once for each of them. Memory that a process shares with its vfork child counts once.",
                      "now.memory_bytes.resident"},
           .set = kMinimal,
           .absent = kUnlessMemory,
           .get = [](const GroupView& group, SampleSink& out) { out.add(group.row.account.holdings.memory.resident()); }},
    Metric{.family = {"procledger_group_resident_anon_bytes", kGauge, kBytes, "group",
                      "Anonymous part of the resident memory: heaps, stacks and private copies.", "now.memory_bytes.anon"},
           .set = kDefault,
           .absent = kUnlessMemory,
           .get = memory<&Memory::anonymous>},
    Metric{.family = {"procledger_group_resident_file_bytes", kGauge, kBytes, "group",
                      "File part of the resident memory: pages of files, including programs and libraries.", "now.memory_bytes.file"},
           .set = kDefault,
           .absent = kUnlessMemory,
           .get = memory<&Memory::file>},
    Metric{.family = {"procledger_group_resident_shmem_bytes", kGauge, kBytes, "group",
                      "Shared part of the resident memory: shared memory and tmpfs.", "now.memory_bytes.shmem"},
           .set = kDefault,
           .absent = kUnlessMemory,
           .get = memory<&Memory::shared>},
    Metric{.family = {"procledger_group_hugetlb_bytes", kGauge, kBytes, "group",
                      "Huge pages of hugetlbfs that processes of this group use. procledger_group_virtual_memory_bytes includes these "
                      "pages, no other memory metric does. A page that several processes share counts once for each of them.",
                      "now.memory_bytes.hugetlb"},
           .set = kDefault,
           .absent = {&kEmpty, &kNoMemory, &kNoHugetlb},
           .get = memory<&Memory::hugetlb>},
    Metric{.family = {"procledger_group_swap_bytes", kGauge, kBytes, "group", "Anonymous memory in swap.", "now.memory_bytes.swap"},
           .set = kDefault,
           .absent = kUnlessMemory,
           .get = memory<&Memory::swapped>},
    Metric{.family = {"procledger_group_virtual_memory_bytes", kGauge, kBytes, "group",
                      "Address space in use, with or without memory behind it.", "now.memory_bytes.virtual"},
           .set = kDefault,
           .absent = kUnlessMemory,
           .get = memory<&Memory::mapped>},
    Metric{.family = {"procledger_group_peak_resident_memory_bytes", kGauge, kBytes, "group",
                      "Largest resident memory that a single process of this group ever had, including processes that have exited.",
                      "now.peak_resident_memory_bytes"},
           .set = kDefault,
           .absent = {&kNoPeak},
           .get = account<&Account::peak_bytes>},
    Metric{.family = {"procledger_group_open_fds", kGauge, kNone, "group", "Open file descriptors, summed over processes.", "now.open_fds"},
           .set = kDefault,
           .absent = kUnlessFiles,
           .get = files<&UsageSums::open_files>},
    Metric{.family = {"procledger_group_max_fd_usage_ratio", kGauge, kRatio, "group",
                      "Open file descriptors divided by their limit (RLIMIT_NOFILE), for the process of this group with the largest "
                      "ratio.",
                      "now.max_fd_usage_ratio"},
           .set = kDefault,
           .absent = kUnlessFiles,
           .get = files<&UsageSums::worst_file_ratio>},
    Metric{.family = {"procledger_group_proportional_memory_bytes", kGauge, kBytes, "group",
                      "Proportional memory (PSS) of the processes in this group: a page that N processes share counts 1/N for each. "
                      "Processes that cannot be read are left out. Only where --memory.pss or the configuration enables it. "
                      "procledger_slow_pass_timestamp_seconds has the time of the value.",
                      "proportional_memory_bytes"},
           .set = kDefault,
           .absent = {&kEmpty, &kNotSampled},
           .get = [](const GroupView& group, SampleSink& out) { out.add({}, group.row.proportional_bytes); }},
    Metric{.family = {"procledger_group_sockets", kGauge, kNone, "group,protocol,state",
                      "Sockets that the processes in this group hold. A socket that several processes share counts once for each of them. "
                      "A protocol and state without sockets has no series. Only where --sockets or the configuration enables it. "
                      "procledger_slow_pass_timestamp_seconds has the time of the value.",
                      "sockets.{}.{}"},
           .set = kDefault,
           .absent = {&kEmpty, &kNotSampled, &kNoSocket},
           .get = add_sockets},
    Metric{.family = {"procledger_group_thread_cpu_seconds_total", kCounter, kSeconds, "group,thread,mode",
                      "CPU time that threads of this name used while their processes belonged to this group, including threads that have "
                      "exited. Only for groups with series per thread name.",
                      "cpu_seconds.{}"},
           .set = kDefault,
           .absent = kUnlessDetails,
           .get = [](const ThreadNameRow& row, SampleSink& out) { add_split(out, row.cpu); }},
    Metric{.family = {"procledger_thread_cpu_seconds_total", kCounter, kSeconds, "group,daemon,pname,pid,ppid,tid,tname,mode",
                      "CPU time of one living thread since its labels last changed. The series ends with the thread; a changed label "
                      "begins a new series at 0. Only for groups with series per thread.",
                      "cpu_seconds.{}"},
           .set = kDefault,
           .absent = kUnlessDetails,
           .get = [](const ThreadRow& row, SampleSink& out) { add_split(out, row.cpu); }},
    Metric{.family = {"procledger_process_cpu_seconds_total", kCounter, kSeconds, "group,pid,comm,mode",
                      "CPU time of one living process since its labels last changed. The series ends with the process; a changed label "
                      "begins a new series at 0. Only for groups with series per process.",
                      "cpu_seconds.{}"},
           .set = kDefault,
           .absent = kUnlessDetails,
           .get = [](const ProcessRow& row, SampleSink& out) { add_split(out, row.cpu); }},
    Metric{.family = {"procledger_process_resident_memory_bytes", kGauge, kBytes, "group,pid,comm",
                      "Resident memory of one living process. Only for groups with series per process.", "resident_memory_bytes"},
           .set = kDefault,
           .absent = {&kNotAskedFor, &kUnknownMemory},
           .get = [](const ProcessRow& row, SampleSink& out) { out.add({}, row.resident_bytes); }},
    Metric{.family = {"procledger_process_info", kInfo, kNone, "group,pid,comm,exe,cmdline,user",
                      "Executable, arguments and effective user of one living process. Only for groups with series per process."},
           .set = kDefault,
           .absent = kUnlessDetails,
           .get = [](const ProcessRow& row, SampleSink& out) { out.add({row.exe, row.cmdline, row.user}, kOne); }},
};

}  // namespace

std::span<const Metric> group_metrics() { return kMetrics; }

}  // namespace procledger::metrics
