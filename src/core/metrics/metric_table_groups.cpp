// SPDX-License-Identifier: Apache-2.0
// The metrics of groups and of what is below them: to add one is a row here, a field where its value is kept, and a test.
#include "core/metrics/metric_table.hpp"

namespace procledger::metrics {
namespace {

using enum Type;
using enum Unit;
using enum Set;

using event::KernelFacts;
using event::Memory;
using event::Totals;
using ledger::Account;
using ledger::Holdings;

// Why a metric of a group is absent. Those without a test are found out by the getter, sample by sample.

constexpr Absence kNoLives{"the source sees no starts and ends", &KernelFacts::lives};
constexpr Absence kNoWait{"the kernel keeps no run-queue wait", &KernelFacts::run_queue_wait};
constexpr Absence kNoCallIo{"the kernel keeps no call I/O", &KernelFacts::call_io};
constexpr Absence kNoHugetlb{"the kernel has no huge pages", &KernelFacts::hugetlb};
constexpr Absence kNoHistogram{"`lifetime_histogram: false`", [](const Snapshot& snapshot) { return !snapshot.lifetime_histogram; }};
constexpr Absence kEmpty{"the group is empty", [](const GroupView& group) { return !is_alive(group.row); }, true};
constexpr Absence kUnnamed{"the group is empty and no rule names it",
                           [](const GroupView& group) { return !is_alive(group.row) && !group.row.configured; }, true};
constexpr Absence kNoProcess{"no process of the group lives", [](const GroupView& group) { return !group.row.oldest_start_seconds; }};
constexpr Absence kNoMemory{"memory cannot be read", [](const GroupView& group) { return group.row.account.holdings.with_memory == 0; }};
constexpr Absence kNoFiles{"open files cannot be read", [](const GroupView& group) { return group.row.account.holdings.with_files == 0; }};
constexpr Absence kNoPeak{"no process of the group ever had memory",
                          [](const GroupView& group) { return group.row.account.peak_bytes == 0; }, true};
constexpr Absence kNoEstimate{"the source never had to estimate",
                              [](const GroupView& group) { return !shows_estimates(group.row, group.snapshot.kernel); }};
constexpr Absence kNoAutoreaped{"`autoreaped`: there was none"};
constexpr Absence kNotSampled{"not asked for, or not sampled yet"};
constexpr Absence kNoSocket{"there is none of the kind"};
constexpr Absence kNotAskedFor{"not asked for"};
constexpr Absence kUnknownMemory{"memory cannot be read"};

constexpr Absences kUnlessStarts{&kNoLives};
constexpr Absences kUnlessStorage{&kNoStorageIo};
constexpr Absences kUnlessCalls{&kNoCallIo};
constexpr Absences kUnlessMember{&kEmpty};
constexpr Absences kUnlessMemory{&kEmpty, &kNoMemory};
constexpr Absences kUnlessFiles{&kEmpty, &kNoFiles};
constexpr Absences kUnlessDetails{&kNotAskedFor};

// Getters of one form each. A field of an account, of what its members consumed, of the memory or the files that they hold.

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

/// A group that never had a child reaped by the kernel itself does not show the possibility on its page.
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
                      "CPU time that processes spent while they belonged to this group, processes that have exited since included. The sum "
                      "of both modes is exact; the split into user and system follows the kernel's tick samples.",
                      "cpu_seconds.{}"},
           .set = kMinimal,
           .absent = kNever,
           .get = [](const GroupView& group, SampleSink& out) { add_split(out, group.row.account.shown); }},
    Metric{.family = {"procledger_group_estimated_cpu_seconds_total", kCounter, kSeconds, "group,mode",
                      "CPU time that was not seen being used, but that reaped children brought to their parents beyond what was: of "
                      "processes that lived and died between two looks (in their parent's group, where nobody saw them), and of the last "
                      "moments of others. It is in no other series of this group; add it to procledger_group_cpu_seconds_total for all "
                      "that is known. Only where the source has to estimate.",
                      "estimated_cpu_seconds.{}"},
           .set = kDefault,
           .absent = {&kNoEstimate},
           .get = [](const GroupView& group, SampleSink& out) { add_split(out, group.row.account.estimated); }},
    Metric{.family = {"procledger_group_processes", kGauge, kNone, "group",
                      "Processes in this group now; those that have exited but are not reaped yet do not count.", "processes"},
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
                      "Processes that exited: ok with status 0, error with another status, signal when killed by one. Counted when the "
                      "process dies, not when its parent reaps it.",
                      "exits.{}"},
           .set = kMinimal,
           .absent = kUnlessStarts,
           .get = add_exits},
    Metric{.family = {"procledger_group_process_lifetime_seconds", kHistogram, kSeconds, "group",
                      "Time from fork to exit of processes that have exited, in the group that they had at the end.", "lifetimes"},
           .set = kDefault,
           .absent = {&kNoLives, &kNoHistogram},
           .get = add_lifetimes},
    Metric{.family = {"procledger_group_oldest_start_time_seconds", kGauge, kSeconds, "group",
                      "Unix time at which the oldest living process of this group started.", "oldest_start_time_seconds"},
           .set = kDefault,
           .absent = {&kNoProcess},
           .get = [](const GroupView& group, SampleSink& out) { out.add({}, group.row.oldest_start_seconds); }},
    Metric{.family = {"procledger_group_runqueue_wait_seconds_total", kCounter, kSeconds, "group",
                      "Time that threads were ready to run but waited for a CPU.", "usage.runqueue_wait_seconds"},
           .set = kDefault,
           .absent = {&kNoWait},
           .get = [](const GroupView& group, SampleSink& out) { out.add(to_seconds(group.total.wait_ns)); }},
    Metric{.family =
               {"procledger_group_context_switches_total", kCounter, kNone, "group,type",
                "Times that a thread left its CPU: voluntary when it had to wait for something, involuntary when another took its place.",
                "usage.{}_switches"},
           .set = kDefault,
           .absent = kNever,
           .get = add_switches},
    Metric{.family = {"procledger_group_page_faults_total", kCounter, kNone, "group,type",
                      "Page faults: minor ones found the page in memory, major ones had to fetch it from storage.", "usage.{}_faults"},
           .set = kDefault,
           .absent = kNever,
           .get = add_faults},
    Metric{.family = {"procledger_group_storage_read_bytes_total", kCounter, kBytes, "group",
                      "Bytes fetched from storage by this group's own processes. What their children read is never in it.",
                      "usage.storage_read_bytes"},
           .set = kDefault,
           .absent = kUnlessStorage,
           .get = total<&Totals::storage_read_bytes>},
    Metric{.family = {"procledger_group_storage_written_bytes_total", kCounter, kBytes, "group",
                      "Bytes that this group's own processes gave to storage, counted when a page in memory was changed, not when it was "
                      "written out. What their children wrote is never in it.",
                      "usage.storage_written_bytes"},
           .set = kDefault,
           .absent = kUnlessStorage,
           .get = total<&Totals::storage_written_bytes>},
    Metric{.family = {"procledger_group_storage_cancelled_written_bytes_total", kCounter, kBytes, "group",
                      "Bytes that were written in memory and dropped before they reached storage, because their file was truncated or "
                      "removed. The group is that of the process that dropped them, not of the process that wrote them: subtract from "
                      "procledger_group_storage_written_bytes_total only over all groups.",
                      "usage.storage_cancelled_written_bytes"},
           .set = kDefault,
           .absent = kUnlessStorage,
           .get = total<&Totals::storage_cancelled_bytes>},
    Metric{.family = {"procledger_group_io_read_bytes_total", kCounter, kBytes, "group",
                      "Bytes read by read(2) and similar calls, from anywhere: caches, pipes and sockets too.", "usage.io_read_bytes"},
           .set = kDefault,
           .absent = kUnlessCalls,
           .get = total<&Totals::call_read_bytes>},
    Metric{.family = {"procledger_group_io_written_bytes_total", kCounter, kBytes, "group",
                      "Bytes written by write(2) and similar calls, to anywhere: caches, pipes and sockets too.", "usage.io_written_bytes"},
           .set = kDefault,
           .absent = kUnlessCalls,
           .get = total<&Totals::call_written_bytes>},
    Metric{.family = {"procledger_group_io_read_syscalls_total", kCounter, kNone, "group", "Calls of read(2) and its like.",
                      "usage.io_read_syscalls"},
           .set = kDefault,
           .absent = kUnlessCalls,
           .get = total<&Totals::call_reads>},
    Metric{.family = {"procledger_group_io_write_syscalls_total", kCounter, kNone, "group", "Calls of write(2) and its like.",
                      "usage.io_write_syscalls"},
           .set = kDefault,
           .absent = kUnlessCalls,
           .get = total<&Totals::call_writes>},
    Metric{.family = {"procledger_group_reaped_children_total", kCounter, kNone, "group,how",
                      "Dead processes whose parent was in this group: waited when the parent reaped them, autoreaped when the kernel did, "
                      "because the parent ignores its children.",
                      "children.{}.processes"},
           .set = kDefault,
           .absent = {&kNoLives, &kNoAutoreaped},
           .get = add_reaped},
    Metric{.family = {"procledger_group_reaped_children_cpu_seconds_total", kCounter, kSeconds, "group,how,mode",
                      "CPU time that those processes spent themselves, without their own children. It is in "
                      "procledger_group_cpu_seconds_total of their groups, too; over all groups each second is counted once here.",
                      "children.{}.cpu_seconds.{}"},
           .set = kDefault,
           .absent = {&kNoLives, &kNoAutoreaped},
           .get = add_reaped_cpu},
    Metric{.family = {"procledger_group_reaped_children_storage_read_bytes_total", kCounter, kBytes, "group,how",
                      "Bytes that those processes fetched from storage themselves."},
           .set = kFull,
           .absent = {&kNoLives, &kNoStorageIo, &kNoAutoreaped},
           .get = reaped_bytes<&Totals::storage_read_bytes>},
    Metric{.family = {"procledger_group_reaped_children_storage_written_bytes_total", kCounter, kBytes, "group,how",
                      "Bytes that those processes gave to storage themselves."},
           .set = kFull,
           .absent = {&kNoLives, &kNoStorageIo, &kNoAutoreaped},
           .get = reaped_bytes<&Totals::storage_written_bytes>},
    Metric{.family = {"procledger_group_children_cumulative_cpu_seconds_total", kCounter, kSeconds, "group,mode",
                      "CPU time that reaped children brought to this group's processes, with all that these had reaped themselves, as the "
                      "kernel counts it in cutime and cstime. Never sum it over groups: a grandchild's time is in it at each ancestor.",
                      "children.cumulative.cpu_seconds.{}"},
           .set = kFull,
           .absent = kNever,
           .get = [](const GroupView& group, SampleSink& out) { add_split(out, group.row.account.children.cpu); }},
    Metric{.family = {"procledger_group_children_cumulative_storage_read_bytes_total", kCounter, kBytes, "group",
                      "Bytes fetched from storage by reaped children and all that these had reaped. Never sum it over groups."},
           .set = kFull,
           .absent = kUnlessStorage,
           .get = children_bytes<&Totals::storage_read_bytes>},
    Metric{.family = {"procledger_group_children_cumulative_storage_written_bytes_total", kCounter, kBytes, "group",
                      "Bytes given to storage by reaped children and all that these had reaped. Never sum it over groups."},
           .set = kFull,
           .absent = kUnlessStorage,
           .get = children_bytes<&Totals::storage_written_bytes>},
    Metric{.family = {"procledger_group_zombies", kGauge, kNone, "group",
                      "Processes that have exited and are not reaped by their parent yet.", "now.zombies"},
           .set = kDefault,
           .absent = kUnlessMember,
           .get = account<&Account::zombies>},
    Metric{.family = {"procledger_group_zombie_cpu_seconds", kGauge, kSeconds, "group",
                      "CPU time that those hold until they are reaped: their own and what they had reaped themselves. It is in "
                      "procledger_group_cpu_seconds_total already.",
                      "now.zombie_cpu_seconds"},
           .set = kDefault,
           .absent = kUnlessMember,
           .get = [](const GroupView& group, SampleSink& out) { out.add(to_seconds(group.row.account.zombie_cpu_ns)); }},
    Metric{.family = {"procledger_group_unreaped_children", kGauge, kNone, "group",
                      "The same by the group of the parents that have not reaped them yet: who keeps zombies, where "
                      "procledger_group_zombies says whose they are. One whose parent is not known is in no group.",
                      "now.unreaped_children"},
           .set = kDefault,
           .absent = kUnlessMember,
           .get = account<&Account::unreaped>},
    Metric{.family = {"procledger_group_thread_states", kGauge, kNone, "group,state",
                      "Threads by state. A process that has exited counts once, as zombie; a main thread that has ended before its process "
                      "not at all.",
                      "now.thread_states.{}"},
           .set = kDefault,
           .absent = kUnlessMember,
           .get = add_thread_states},
    Metric{.family = {"procledger_group_resident_memory_bytes", kGauge, kBytes, "group",
                      "Memory in RAM: anonymous, file and shared pages together, summed over processes. Pages that processes share count "
                      "for each; memory that is one between a process and its vfork child counts once.",
                      "now.memory_bytes.resident"},
           .set = kMinimal,
           .absent = kUnlessMemory,
           .get = [](const GroupView& group, SampleSink& out) { out.add(group.row.account.holdings.memory.resident()); }},
    Metric{.family = {"procledger_group_resident_anon_bytes", kGauge, kBytes, "group",
                      "Of the resident memory: heaps, stacks and private copies.", "now.memory_bytes.anon"},
           .set = kDefault,
           .absent = kUnlessMemory,
           .get = memory<&Memory::anonymous>},
    Metric{.family = {"procledger_group_resident_file_bytes", kGauge, kBytes, "group",
                      "Of the resident memory: pages of files, programs and libraries among them.", "now.memory_bytes.file"},
           .set = kDefault,
           .absent = kUnlessMemory,
           .get = memory<&Memory::file>},
    Metric{.family = {"procledger_group_resident_shmem_bytes", kGauge, kBytes, "group", "Of the resident memory: shared memory and tmpfs.",
                      "now.memory_bytes.shmem"},
           .set = kDefault,
           .absent = kUnlessMemory,
           .get = memory<&Memory::shared>},
    Metric{.family = {"procledger_group_hugetlb_bytes", kGauge, kBytes, "group",
                      "Huge pages of hugetlbfs in use by the processes in this group. They are in no other memory figure but the "
                      "address space. A page that processes share counts for each.",
                      "now.memory_bytes.hugetlb"},
           .set = kDefault,
           .absent = {&kEmpty, &kNoMemory, &kNoHugetlb},
           .get = memory<&Memory::hugetlb>},
    Metric{.family = {"procledger_group_swap_bytes", kGauge, kBytes, "group", "Anonymous memory that is in swap.", "now.memory_bytes.swap"},
           .set = kDefault,
           .absent = kUnlessMemory,
           .get = memory<&Memory::swapped>},
    Metric{.family = {"procledger_group_virtual_memory_bytes", kGauge, kBytes, "group",
                      "Address space in use, whether there is memory behind it or not.", "now.memory_bytes.virtual"},
           .set = kDefault,
           .absent = kUnlessMemory,
           .get = memory<&Memory::mapped>},
    Metric{.family = {"procledger_group_peak_resident_memory_bytes", kGauge, kBytes, "group",
                      "The most memory that a single process of this group ever had in RAM, processes that have exited included.",
                      "now.peak_resident_memory_bytes"},
           .set = kDefault,
           .absent = {&kNoPeak},
           .get = account<&Account::peak_bytes>},
    Metric{.family = {"procledger_group_open_fds", kGauge, kNone, "group", "Open file descriptors, summed over processes.", "now.open_fds"},
           .set = kDefault,
           .absent = kUnlessFiles,
           .get = files<&Holdings::open_files>},
    Metric{.family = {"procledger_group_max_fd_usage_ratio", kGauge, kRatio, "group",
                      "Open file descriptors divided by their limit (RLIMIT_NOFILE), of the process that is nearest to it.",
                      "now.max_fd_usage_ratio"},
           .set = kDefault,
           .absent = kUnlessFiles,
           .get = files<&Holdings::worst_file_ratio>},
    Metric{.family = {"procledger_group_proportional_memory_bytes", kGauge, kBytes, "group",
                      "Proportional memory (PSS) of the processes in this group that could be read: shared memory counts in equal parts in "
                      "each process that maps it. Only with --memory.pss; sampled in the background, and as old as "
                      "procledger_slow_pass_timestamp_seconds says.",
                      "proportional_memory_bytes"},
           .set = kDefault,
           .absent = {&kEmpty, &kNotSampled},
           .get = [](const GroupView& group, SampleSink& out) { out.add({}, group.row.proportional_bytes); }},
    Metric{.family =
               {"procledger_group_sockets", kGauge, kNone, "group,protocol,state",
                "Sockets that the processes in this group hold, one that several processes share in each of them; what there is none of "
                "has no series. Only with --sockets; sampled in the background, and as old as procledger_slow_pass_timestamp_seconds says.",
                "sockets.{}.{}"},
           .set = kDefault,
           .absent = {&kEmpty, &kNotSampled, &kNoSocket},
           .get = add_sockets},
    Metric{.family = {"procledger_group_thread_cpu_seconds_total", kCounter, kSeconds, "group,thread,mode",
                      "CPU time that threads of this name spent while their processes belonged to this group, threads that have ended "
                      "since included. Only for groups whose threads are asked for by name.",
                      "cpu_seconds.{}"},
           .set = kDefault,
           .absent = kUnlessDetails,
           .get = [](const ThreadNameRow& row, SampleSink& out) { add_split(out, row.cpu); }},
    Metric{.family = {"procledger_thread_cpu_seconds_total", kCounter, kSeconds, "group,daemon,pname,pid,ppid,tid,tname,mode",
                      "CPU time of one living thread since all of its labels became true; ends with the thread, and begins anew when a "
                      "label changes. Only for groups whose threads are asked for one by one.",
                      "cpu_seconds.{}"},
           .set = kDefault,
           .absent = kUnlessDetails,
           .get = [](const ThreadRow& row, SampleSink& out) { add_split(out, row.cpu); }},
    Metric{.family = {"procledger_process_cpu_seconds_total", kCounter, kSeconds, "group,pid,comm,mode",
                      "CPU time of one living process since all of its labels became true; ends with the process, and begins anew when a "
                      "label changes. Only for groups whose processes are asked for one by one.",
                      "cpu_seconds.{}"},
           .set = kDefault,
           .absent = kUnlessDetails,
           .get = [](const ProcessRow& row, SampleSink& out) { add_split(out, row.cpu); }},
    Metric{.family = {"procledger_process_resident_memory_bytes", kGauge, kBytes, "group,pid,comm",
                      "Memory of one living process in RAM. Only for groups whose processes are asked for one by one.",
                      "resident_memory_bytes"},
           .set = kDefault,
           .absent = {&kNotAskedFor, &kUnknownMemory},
           .get = [](const ProcessRow& row, SampleSink& out) { out.add({}, row.resident_bytes); }},
    Metric{.family = {"procledger_process_info", kInfo, kNone, "group,pid,comm,exe,cmdline,user",
                      "What one living process runs and for whom: path of its executable, its arguments, its effective user. Only for "
                      "groups whose processes are asked for one by one."},
           .set = kDefault,
           .absent = kUnlessDetails,
           .get = [](const ProcessRow& row, SampleSink& out) { out.add({row.exe, row.cmdline, row.user}, kOne); }},
};

}  // namespace

std::span<const Metric> group_metrics() { return kMetrics; }

}  // namespace procledger::metrics
