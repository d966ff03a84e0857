# SPDX-License-Identifier: Apache-2.0
"""The hot thread: threads by name, threads and processes one by one."""

from grafana import BYTES, COUNT, CPUS, PER_SECOND, dashboard, graph, table, target, variables

GROUP = 'job=~"$job",instance=~"$instance",group=~"$group"'
RATE = "[$__rate_interval]"
THREAD = f"rate(procledger_thread_cpu_seconds_total{{{GROUP}}}{RATE})"
THREAD_LABELS = "instance, group, daemon, pname, pid, ppid, tid, tname"
PROCESS = "instance, group, pid, comm"
BY_NAME = "Needs `threads: name` for the group."
BY_TID = "Needs `threads: tid` for the group."
BY_PID = "Needs `processes: true` for the group."


def largest(expr, by):
    return f"topk($top, sum by ({by}) ({expr}))"


NAMES = [
    graph("CPU by thread name", CPUS, "CPUs in use by threads of one name, ended threads included. " + BY_NAME,
          target(largest(f"rate(procledger_group_thread_cpu_seconds_total{{{GROUP}}}{RATE})", "group, thread"), "{{group}} {{thread}}"),
          stacked=True),
    graph("CPU by mode", CPUS, "CPUs in use by the selected groups, in user and system mode.",
          target(f"sum by (mode) (rate(procledger_group_cpu_seconds_total{{{GROUP}}}{RATE}))", "{{mode}}"), stacked=True),
]

THREADS = [
    graph("CPU by thread", CPUS, "CPUs in use by single threads. A thread at 1.0 always keeps a CPU busy. " + BY_TID,
          target(largest(THREAD, THREAD_LABELS), "{{daemon}} {{tname}} ({{pid}}/{{tid}})")),
    graph("System mode by thread", CPUS, "CPUs in use by single threads in the kernel. " + BY_TID,
          target(largest(f"rate(procledger_thread_cpu_seconds_total{{{GROUP},mode=\"system\"}}{RATE})", THREAD_LABELS),
                 "{{daemon}} {{tname}} ({{pid}}/{{tid}})")),
    table("Hot threads", CPUS, "The threads with the highest CPU usage now. " + BY_TID, [("CPU", CPUS, largest(THREAD, THREAD_LABELS))]),
]

PROCESSES = [
    graph("CPU by process", CPUS, "CPUs in use by single processes. " + BY_PID,
          target(largest(f"rate(procledger_process_cpu_seconds_total{{{GROUP}}}{RATE})", PROCESS), "{{comm}} ({{pid}})")),
    graph("Resident memory by process", BYTES, "Memory in RAM of single processes. " + BY_PID,
          target(largest(f"procledger_process_resident_memory_bytes{{{GROUP}}}", PROCESS), "{{comm}} ({{pid}})")),
    table("Processes", CPUS, "The processes with the highest CPU usage, with executable, arguments and user. " + BY_PID,
          [("CPU", CPUS,
            f"topk($top, sum by ({PROCESS}) (rate(procledger_process_cpu_seconds_total{{{GROUP}}}{RATE}))) "
            f"* on ({PROCESS}) group_left (exe, cmdline, user) procledger_process_info{{{GROUP}}}")]),
]

SCHEDULING = [
    graph("Threads", COUNT, "Threads of the selected groups.", target(largest(f"procledger_group_threads{{{GROUP}}}", "group"), "{{group}}")),
    graph("Threads by state", COUNT, "disk_sleep: a thread waits for storage and cannot be interrupted.",
          target(f"sum by (state) (procledger_group_thread_states{{{GROUP}}})", "{{state}}"), stacked=True),
    graph("Waiting for a CPU", CPUS, "Average number of threads that were ready to run and waited for a CPU.",
          target(largest(f"rate(procledger_group_runqueue_wait_seconds_total{{{GROUP}}}{RATE})", "group"), "{{group}}")),
    graph("Context switches", PER_SECOND, "voluntary: the thread waits for something; involuntary: another thread takes its CPU.",
          target(largest(f"rate(procledger_group_context_switches_total{{{GROUP}}}{RATE})", "group, type"), "{{group}} {{type}}")),
]

DASHBOARD = dashboard(
    "procledger-threads", "procledger / Threads", "CPU usage of threads: by name, single threads, single processes.",
    variables("procledger_build_info", "procledger_group_cpu_seconds_total", "group"),
    [("By name", NAMES), ("One by one", THREADS), ("Processes", PROCESSES), ("Scheduling", SCHEDULING)])
