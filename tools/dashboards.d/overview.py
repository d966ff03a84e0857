# SPDX-License-Identifier: Apache-2.0
"""A host, its groups, and procledger itself."""

from grafana import BYTES, BYTES_PER_SECOND, COUNT, CPUS, PER_SECOND, SECONDS, SHARE, dashboard, graph, number, table, target, variables

HOST = 'job=~"$job",instance=~"$instance"'
TASKS = HOST + ',part="tasks"'
GROUP = HOST + ',group=~"$group"'
RATE = "[$__rate_interval]"
CPU = f"rate(procledger_group_cpu_seconds_total{{{GROUP}}}{RATE})"


def largest(expr, by="group"):
    return f"topk($top, sum by ({by}) ({expr}))"


def rate(metric, labels=GROUP):
    return f"rate({metric}{{{labels}}}{RATE})"


HOSTS = [
    number("Hosts", COUNT, "Hosts that procledger reports from.", f"count(procledger_build_info{{{HOST}}})"),
    number("CPUs used", CPUS, "CPUs that tasks use, on all chosen hosts.",
           f"sum({rate('procledger_host_cpu_seconds_total', TASKS)})"),
    number("Processes", COUNT, "Processes, including zombies.", f"sum(procledger_processes{{{HOST}}})"),
    number("Zombies", COUNT, "Processes that have exited and whose parents have not waited for them.", f"sum(procledger_group_zombies{{{HOST}}})"),
    number("Starts", PER_SECOND, "Processes that are created each second.", f"sum({rate('procledger_group_forks_total', HOST)})"),
    number("Source", COUNT, "The source of the metrics: bpf is exact, other sources estimate short-lived processes.",
           f"sum by (source) (procledger_source_active{{{HOST}}}) > 0", "{{source}}", text="name"),
]

GROUPS = [
    graph("CPU", CPUS, "CPUs in use by the largest groups, including processes that have exited.", target(largest(CPU), "{{group}}"),
          stacked=True),
    graph("Resident memory", BYTES, "Memory in RAM of the largest groups. A shared page counts for each of its processes.",
          target(largest(f"procledger_group_resident_memory_bytes{{{GROUP}}}"), "{{group}}"), stacked=True),
    graph("Waiting for a CPU", CPUS, "Threads that were ready to run but had no CPU, on average. A value above 0 for a long time "
          "means that the host is too small.",
          target(largest(rate("procledger_group_runqueue_wait_seconds_total")), "{{group}}")),
    graph("Storage", BYTES_PER_SECOND, "Bytes to and from storage by the processes of a group. A child counts in its own group.",
          target(largest(rate("procledger_group_storage_read_bytes_total")), "{{group}} read"),
          target(largest(rate("procledger_group_storage_written_bytes_total")), "{{group}} written")),
    table("Groups", COUNT, "The groups that use most CPU now, and their memory, processes, threads and files.",
          [("CPU", CPUS, largest(CPU)),
           ("Resident memory", BYTES, f"sum by (group) (procledger_group_resident_memory_bytes{{{GROUP}}})"),
           ("Processes", COUNT, f"sum by (group) (procledger_group_processes{{{GROUP}}})"),
           ("Threads", COUNT, f"sum by (group) (procledger_group_threads{{{GROUP}}})"),
           ("Open files", COUNT, f"sum by (group) (procledger_group_open_fds{{{GROUP}}})"),
           ("Files of limit", SHARE, f"max by (group) (procledger_group_max_fd_usage_ratio{{{GROUP}}})")], sort="CPU"),
]

PROCESSES = [
    graph("Processes by state", COUNT, "Processes by the state of the main thread.",
          target(f"sum by (state) (procledger_processes{{{HOST}}})", "{{state}}"), stacked=True),
    graph("Processes by user", COUNT, "Processes by effective user.", target(largest(f"procledger_processes{{{HOST}}}", "user"), "{{user}}"),
          stacked=True),
    graph("Starts and exits", PER_SECOND, "Processes created, programs started and processes exited each second.",
          target(f"sum({rate('procledger_group_forks_total')})", "forks"), target(f"sum({rate('procledger_group_execs_total')})", "execs"),
          target(f"sum({rate('procledger_group_exits_total')})", "exits")),
    graph("Zombies by parent", COUNT, "Zombies by the group of the parent that has not waited for them.",
          target(largest(f"procledger_group_unreaped_children{{{GROUP}}}"), "{{group}}")),
]

PODS = [
    graph("CPU by class", CPUS, "CPUs in use by class; the class host has all processes outside of pods. Needs "
          "`containers.class` in the configuration.",
          target(f"sum by (class) (rate(procledger_group_cpu_seconds_total{{{GROUP},class!=\"\"}}{RATE}))", "{{class}}"), stacked=True),
    graph("CPU by namespace", CPUS, "CPUs in use by processes in pods. Needs `containers.labels` in the configuration.",
          target(largest(f"rate(procledger_group_cpu_seconds_total{{{GROUP},namespace!=\"\"}}{RATE})", "namespace"), "{{namespace}}"),
          stacked=True),
]

SELF = [
    graph("Residual", SHARE, "Share of CPU time that is counted nowhere (above 0) or twice (below 0). At most 0.5 % is expected.",
          target(f"deriv(procledger_cpu_residual_seconds{{{HOST}}}{RATE}) / on (job, instance) procledger_host_cpus{{{HOST}}}",
                 "{{instance}}"), defaults={"min": None}, width=8),
    graph("Lost", PER_SECOND, "Records that could not be delivered as usual, by cause. Later records make up for most of them.",
          target(f"sum by (cause) ({rate('procledger_lost_records_total', HOST)})", "{{cause}}"), width=8),
    graph("Collections", SECONDS, "Wall time of the last collection.",
          target(f"procledger_collect_duration_seconds{{{HOST}}}", "{{instance}}"), width=8),
    graph("procledger's CPU", CPUS, "CPUs that procledger uses itself, without its eBPF programs, which run in the time of other tasks.",
          target(rate("process_cpu_seconds_total", HOST) + " and on (job, instance) procledger_build_info", "{{instance}}"), width=8),
    graph("procledger's memory", BYTES, "Resident memory of procledger itself.",
          target(f"process_resident_memory_bytes{{{HOST}}} and on (job, instance) procledger_build_info", "{{instance}}"), width=8),
    graph("Series", COUNT, "Series on the page.", target(f"procledger_series{{{HOST}}}", "{{instance}}"), width=8),
]

DASHBOARD = dashboard(
    "procledger-overview", "procledger / Overview", "CPU, memory and processes of hosts by group, and the residual of procledger's totals.",
    variables("procledger_build_info", "procledger_group_cpu_seconds_total", "group"),
    [("Hosts", HOSTS), ("Groups", GROUPS), ("Processes", PROCESSES), ("Pods and host", PODS), ("procledger", SELF)])
