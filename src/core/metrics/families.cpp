// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/families.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace procledger::metrics {
namespace {

using enum Type;

constexpr std::array kFamilies{
    Family{
        "procledger_group_cpu_seconds_total", kCounter, "group,mode",
        "CPU time that processes spent while they belonged to this group, processes that have exited since included. The sum of both modes "
        "is exact; the split into user and system follows the kernel's tick samples."},
    Family{"procledger_group_estimated_cpu_seconds_total", kCounter, "group,mode",
           "CPU time that was not seen being used, but that reaped children brought to their parents beyond what was: of processes that "
           "lived and died between two looks (in their parent's group, where nobody saw them), and of the last moments of others. It is in "
           "no other series of this group; add it to procledger_group_cpu_seconds_total for all that is known. Only where the source has "
           "to estimate."},
    Family{"procledger_group_processes", kGauge, "group",
           "Processes in this group now; those that have exited but are not reaped yet do not count."},
    Family{"procledger_group_threads", kGauge, "group", "Threads of the processes in this group now."},
    Family{"procledger_group_forks_total", kCounter, "group",
           "Processes forked, counted in the group of the process that called fork. New threads do not count."},
    Family{"procledger_group_execs_total", kCounter, "group",
           "Programs started by exec, counted in the group that the process has after the exec."},
    Family{
        "procledger_group_exits_total", kCounter, "group,reason",
        "Processes that exited: ok with status 0, error with another status, signal when killed by one. Counted when the process dies, not "
        "when its parent reaps it."},
    Family{"procledger_group_process_lifetime_seconds", kHistogram, "group",
           "Time from fork to exit of processes that have exited, in the group that they had at the end."},
    Family{"procledger_group_oldest_start_time_seconds", kGauge, "group",
           "Unix time at which the oldest living process of this group started."},
    Family{"procledger_group_runqueue_wait_seconds_total", kCounter, "group", "Time that threads were ready to run but waited for a CPU."},
    Family{"procledger_group_context_switches_total", kCounter, "group,type",
           "Times that a thread left its CPU: voluntary when it had to wait for something, involuntary when another took its place."},
    Family{"procledger_group_page_faults_total", kCounter, "group,type",
           "Page faults: minor ones found the page in memory, major ones had to fetch it from storage."},
    Family{"procledger_group_storage_read_bytes_total", kCounter, "group",
           "Bytes fetched from storage by this group's own processes. What their children read is never in it."},
    Family{"procledger_group_storage_written_bytes_total", kCounter, "group",
           "Bytes that this group's own processes gave to storage, counted when a page in memory was changed, not when it was written out. "
           "What their children wrote is never in it."},
    Family{"procledger_group_io_read_bytes_total", kCounter, "group",
           "Bytes read by read(2) and similar calls, from anywhere: caches, pipes and sockets too."},
    Family{"procledger_group_io_written_bytes_total", kCounter, "group",
           "Bytes written by write(2) and similar calls, to anywhere: caches, pipes and sockets too."},
    Family{"procledger_group_io_read_syscalls_total", kCounter, "group", "Calls of read(2) and its like."},
    Family{"procledger_group_io_write_syscalls_total", kCounter, "group", "Calls of write(2) and its like."},
    Family{"procledger_group_reaped_children_total", kCounter, "group,how",
           "Dead processes whose parent was in this group: waited when the parent reaped them, autoreaped when the kernel did, because the "
           "parent ignores its children."},
    Family{"procledger_group_reaped_children_cpu_seconds_total", kCounter, "group,how,mode",
           "CPU time that those processes spent themselves, without their own children. It is in procledger_group_cpu_seconds_total of "
           "their groups, too; over all groups each second is counted once here."},
    Family{"procledger_group_reaped_children_storage_read_bytes_total", kCounter, "group,how",
           "Bytes that those processes fetched from storage themselves."},
    Family{"procledger_group_reaped_children_storage_written_bytes_total", kCounter, "group,how",
           "Bytes that those processes gave to storage themselves."},
    Family{"procledger_group_children_cumulative_cpu_seconds_total", kCounter, "group,mode",
           "CPU time that reaped children brought to this group's processes, with all that these had reaped themselves, as the kernel "
           "counts it in cutime and cstime. Never sum it over groups: a grandchild's time is in it at each ancestor."},
    Family{"procledger_group_children_cumulative_storage_read_bytes_total", kCounter, "group",
           "Bytes fetched from storage by reaped children and all that these had reaped. Never sum it over groups."},
    Family{"procledger_group_children_cumulative_storage_written_bytes_total", kCounter, "group",
           "Bytes given to storage by reaped children and all that these had reaped. Never sum it over groups."},
    Family{"procledger_group_zombies", kGauge, "group", "Processes that have exited and are not reaped by their parent yet."},
    Family{"procledger_group_zombie_cpu_seconds", kGauge, "group",
           "CPU time that those hold until they are reaped: their own and what they had reaped themselves. It is in "
           "procledger_group_cpu_seconds_total already."},
    Family{
        "procledger_group_unreaped_children", kGauge, "group",
        "The same by the group of the parents that have not reaped them yet: who keeps zombies, where procledger_group_zombies says whose "
        "they are. One whose parent is not known is in no group."},
    Family{
        "procledger_group_thread_states", kGauge, "group,state",
        "Threads by state. A process that has exited counts once, as zombie; a main thread that has ended before its process not at all."},
    Family{"procledger_group_resident_memory_bytes", kGauge, "group",
           "Memory in RAM: anonymous, file and shared pages together, summed over processes. Pages that processes share count for each; "
           "memory that is one between a process and its vfork child counts once."},
    Family{"procledger_group_resident_anon_bytes", kGauge, "group", "Of the resident memory: heaps, stacks and private copies."},
    Family{"procledger_group_resident_file_bytes", kGauge, "group",
           "Of the resident memory: pages of files, programs and libraries among them."},
    Family{"procledger_group_resident_shmem_bytes", kGauge, "group", "Of the resident memory: shared memory and tmpfs."},
    Family{"procledger_group_swap_bytes", kGauge, "group", "Anonymous memory that is in swap."},
    Family{"procledger_group_virtual_memory_bytes", kGauge, "group", "Address space in use, whether there is memory behind it or not."},
    Family{"procledger_group_peak_resident_memory_bytes", kGauge, "group",
           "The most memory that a single process of this group ever had in RAM, processes that have exited included."},
    Family{"procledger_group_open_fds", kGauge, "group", "Open file descriptors, summed over processes."},
    Family{"procledger_group_max_fd_usage_ratio", kGauge, "group",
           "Open file descriptors divided by their limit (RLIMIT_NOFILE), of the process that is nearest to it."},
    Family{
        "procledger_group_proportional_memory_bytes", kGauge, "group",
        "Proportional memory (PSS) of the processes in this group that could be read: shared memory counts in equal parts in each process "
        "that maps it. Only with --memory.pss; sampled in the background, and as old as procledger_slow_pass_timestamp_seconds says."},
    Family{"procledger_group_sockets", kGauge, "group,protocol,state",
           "Sockets that the processes in this group hold, one that several processes share in each of them; what there is none of has no "
           "series. Only with --sockets; sampled in the background, and as old as procledger_slow_pass_timestamp_seconds says."},
    Family{"procledger_group_thread_cpu_seconds_total", kCounter, "group,thread,mode",
           "CPU time that threads of this name spent while their processes belonged to this group, threads that have ended since included. "
           "Only for groups whose threads are asked for by name."},
    Family{"procledger_thread_cpu_seconds_total", kCounter, "group,daemon,pname,pid,ppid,tid,tname,mode",
           "CPU time of one living thread since all of its labels became true; ends with the thread, and begins anew when a label changes. "
           "Only for groups whose threads are asked for one by one."},
    Family{"procledger_process_cpu_seconds_total", kCounter, "group,pid,comm,mode",
           "CPU time of one living process since all of its labels became true; ends with the process, and begins anew when a label "
           "changes. Only for groups whose processes are asked for one by one."},
    Family{"procledger_process_resident_memory_bytes", kGauge, "group,pid,comm",
           "Memory of one living process in RAM. Only for groups whose processes are asked for one by one."},
    Family{"procledger_process_info", kInfo, "group,pid,comm,exe,cmdline,user",
           "What one living process runs and for whom: path of its executable, its arguments, its effective user. Only for groups whose "
           "processes are asked for one by one."},
    Family{"procledger_processes", kGauge, "user,state",
           "Processes of the whole host by effective user and state of the main thread; zombies are processes that nobody has reaped yet."},
    Family{
        "procledger_host_cpu_seconds_total", kCounter, "part",
        "Where the host's CPU time went since procledger started: tasks, idle, and irq, softirq and steal where this kernel accounts for "
        "them separately. Without those three their time is inside tasks and idle."},
    Family{"procledger_cpu_residual_seconds", kGauge, "",
           "Elapsed time times CPUs, minus all parts of procledger_host_cpu_seconds_total since procledger started. Close to 0 when "
           "nothing is "
           "missed; negative when something was counted twice."},
    Family{"procledger_host_cpus", kGauge, "", "CPUs that are online."},
    Family{"procledger_lost_records_total", kCounter, "cause",
           "Kernel records that could not take their usual way. Most are made good by a later record; what could not be is in "
           "procledger_lost_cpu_seconds_total."},
    Family{"procledger_lost_cpu_seconds_total", kCounter, "cause",
           "CPU time whose owner is not known because a record was lost. It is counted in the group \"(unattributed)\"."},
    Family{"procledger_source_active", kGauge, "source", "1 for the source that the figures come from now, 0 for the others."},
    Family{"procledger_source_info", kInfo, "source,reason", "The source that the figures come from now, and why it was chosen."},
    Family{
        "procledger_kernel_info", kInfo, "irq_time,steal_time,cgroup,btf",
        "Facts about this kernel that change what the figures mean: whether interrupt and stolen time are charged to no task, the cgroup "
        "version, and whether type information for eBPF is there."},
    Family{"procledger_collect_duration_seconds", kGauge, "", "Wall time of the last collection."},
    Family{"procledger_collect_cpu_seconds_total", kCounter, "",
           "CPU time that procledger has spent on collecting; serving pages is not in it."},
    Family{"procledger_slow_pass_timestamp_seconds", kGauge, "",
           "Unix time at which the last complete pass of the background sampling began; none of its figures is older. Passes are at least "
           "--slow.interval apart and use at most 5 % of one CPU. Only with --memory.pss or --sockets, after the first pass."},
    Family{"procledger_groups_dropped_total", kCounter, "",
           "Groups given up at the limit of groups, longest without a process first. Their counters have ended."},
    Family{"procledger_series_dropped", kGauge, "",
           "Series of single threads, processes and thread names that the limit of series leaves out of this page. Whole groups are never "
           "left out."},
    Family{"procledger_incomplete_decisions_total", kCounter, "",
           "Decisions about the group of a process for which its command line, path or environment was cut short or came too late."},
    Family{"procledger_config_last_reload_successful", kGauge, "",
           "1 if the last attempt to load the configuration took it over, 0 if the one before is still in force."},
    Family{"procledger_config_last_reload_success_timestamp_seconds", kGauge, "",
           "Unix time at which the configuration in force was taken over."},
    Family{"procledger_bpf_recursion_misses_total", kCounter, "program",
           "Runs of an eBPF program that the kernel skipped because the program was already running on that CPU."},
    Family{"procledger_build_info", kInfo, "version,revision,compiler", "What this procledger was built from."},
    Family{"process_cpu_seconds_total", kCounter, "", "User and system CPU time of procledger itself."},
    Family{"process_resident_memory_bytes", kGauge, "", "Resident memory of procledger itself."},
    Family{"process_virtual_memory_bytes", kGauge, "", "Virtual memory of procledger itself."},
    Family{"process_open_fds", kGauge, "", "File descriptors that procledger itself has open."},
    Family{"process_max_fds", kGauge, "", "File descriptors that procledger itself may open."},
    Family{"process_start_time_seconds", kGauge, "", "Unix time at which procledger itself started."},
    Family{"procledger_series", kGauge, "", "Series on this page."},
};

}  // namespace

std::span<const Family> families() { return kFamilies; }

const Family& family(std::string_view name) {
  const auto* const found = std::ranges::find(kFamilies, name, &Family::name);
  if (found == kFamilies.end()) std::abort();  // a misspelt name in our own code
  return *found;
}

}  // namespace procledger::metrics
