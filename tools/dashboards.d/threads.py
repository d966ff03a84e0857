# SPDX-License-Identifier: Apache-2.0
"""Busy threads: threads by name, single threads and single processes."""

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
    graph("CPU by thread name", CPUS, "CPUs in use by threads of one name, including threads that have exited. " + BY_NAME,
          target(largest(f"rate(procledger_group_thread_cpu_seconds_total{{{GROUP}}}{RATE})", "group, thread"), "{{group}} {{thread}}"),
          stacked=True),
    graph("CPU by mode", CPUS, "CPUs in use by the chosen groups, in user and system mode.",
          target(f"sum by (mode) (rate(procledger_group_cpu_seconds_total{{{GROUP}}}{RATE}))", "{{mode}}"), stacked=True),
]

THREADS = [
    graph("CPU by thread", CPUS, "CPUs in use by single threads. A thread at 1.0 uses a whole CPU. " + BY_TID,
          target(largest(THREAD, THREAD_LABELS), "{{daemon}} {{tname}} ({{pid}}/{{tid}})")),
    graph("System mode by thread", CPUS, "CPUs that single threads use in the kernel. " + BY_TID,
          target(largest(f"rate(procledger_thread_cpu_seconds_total{{{GROUP},mode=\"system\"}}{RATE})", THREAD_LABELS),
                 "{{daemon}} {{tname}} ({{pid}}/{{tid}})")),
    table("Busiest threads", CPUS, "The threads that use most CPU now. " + BY_TID, [("CPU", CPUS, largest(THREAD, THREAD_LABELS))]),
]

PROCESSES = [
    graph("CPU by process", CPUS, "CPUs in use by single processes. " + BY_PID,
          target(largest(f"rate(procledger_process_cpu_seconds_total{{{GROUP}}}{RATE})", PROCESS), "{{comm}} ({{pid}})")),
    graph("Resident memory by process", BYTES, "Memory in RAM of single processes. " + BY_PID,
          target(largest(f"procledger_process_resident_memory_bytes{{{GROUP}}}", PROCESS), "{{comm}} ({{pid}})")),
    table("Processes", CPUS, "The processes that use most CPU, with command line and user. " + BY_PID,
          [("CPU", CPUS,
            f"topk($top, sum by ({PROCESS}) (rate(procledger_process_cpu_seconds_total{{{GROUP}}}{RATE}))) "
            f"* on ({PROCESS}) group_left (exe, cmdline, user) procledger_process_info{{{GROUP}}}")]),
]

SCHEDULING = [
    graph("Threads", COUNT, "Threads of the chosen groups.", target(largest(f"procledger_group_threads{{{GROUP}}}", "group"), "{{group}}")),
    graph("Threads by state", COUNT, "disk_sleep: the thread waits for storage and cannot be interrupted.",
          target(f"sum by (state) (procledger_group_thread_states{{{GROUP}}})", "{{state}}"), stacked=True),
    graph("Waiting for a CPU", CPUS, "Threads that were ready to run but had no CPU, on average.",
          target(largest(f"rate(procledger_group_runqueue_wait_seconds_total{{{GROUP}}}{RATE})", "group"), "{{group}}")),
    graph("Context switches", PER_SECOND, "voluntary: the thread had to wait; involuntary: another thread took the CPU.",
          target(largest(f"rate(procledger_group_context_switches_total{{{GROUP}}}{RATE})", "group, type"), "{{group}} {{type}}")),
]

DASHBOARD = dashboard(
    "procledger-threads", "procledger / Threads", "Busy threads: threads by name, single threads and single processes.",
    variables("procledger_build_info", "procledger_group_cpu_seconds_total", "group"),
    [("By name", NAMES), ("Single threads", THREADS), ("Processes", PROCESSES), ("Scheduling", SCHEDULING)])
