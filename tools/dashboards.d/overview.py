# SPDX-License-Identifier: Apache-2.0
"""The overview: hosts, groups, and procledger itself."""

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
    number("CPUs used", CPUS, "CPUs in use by tasks, on all selected hosts.",
           f"sum({rate('procledger_host_cpu_seconds_total', TASKS)})"),
    number("Processes", COUNT, "Processes, zombies included.", f"sum(procledger_processes{{{HOST}}})"),
    number("Zombies", COUNT, "Exited processes whose parent has not waited for them.", f"sum(procledger_group_zombies{{{HOST}}})"),
    number("Forks", PER_SECOND, "Processes forked each second.", f"sum({rate('procledger_group_forks_total', HOST)})"),
    number("Source", COUNT, "Source of the values: bpf is exact, the others estimate short-lived processes.",
           f"sum by (source) (procledger_source_active{{{HOST}}}) > 0", "{{source}}", text="name"),
]

GROUPS = [
    graph("CPU", CPUS, "CPUs in use by the largest groups, exited processes included.", target(largest(CPU), "{{group}}"),
          stacked=True),
    graph("Resident memory", BYTES, "Memory in RAM of the largest groups. A shared page counts in each process.",
          target(largest(f"procledger_group_resident_memory_bytes{{{GROUP}}}"), "{{group}}"), stacked=True),
    graph("Waiting for a CPU", CPUS, "Average number of threads ready to run and waiting. Above 0 for long: the host is too small.",
          target(largest(rate("procledger_group_runqueue_wait_seconds_total")), "{{group}}")),
    graph("Storage", BYTES_PER_SECOND, "Bytes to and from storage by the groups' own processes; children count in their own groups.",
          target(largest(rate("procledger_group_storage_read_bytes_total")), "{{group}} read"),
          target(largest(rate("procledger_group_storage_written_bytes_total")), "{{group}} written")),
    table("Groups", COUNT, "The groups with the highest CPU usage now.",
          [("CPU", CPUS, largest(CPU)),
           ("Resident memory", BYTES, f"sum by (group) (procledger_group_resident_memory_bytes{{{GROUP}}})"),
           ("Processes", COUNT, f"sum by (group) (procledger_group_processes{{{GROUP}}})"),
           ("Threads", COUNT, f"sum by (group) (procledger_group_threads{{{GROUP}}})"),
           ("Open files", COUNT, f"sum by (group) (procledger_group_open_fds{{{GROUP}}})"),
           ("Files of limit", SHARE, f"max by (group) (procledger_group_max_fd_usage_ratio{{{GROUP}}})")], sort="CPU"),
]

PROCESSES = [
    graph("Processes by state", COUNT, "By the state of the main thread.",
          target(f"sum by (state) (procledger_processes{{{HOST}}})", "{{state}}"), stacked=True),
    graph("Processes by user", COUNT, "By effective user.", target(largest(f"procledger_processes{{{HOST}}}", "user"), "{{user}}"),
          stacked=True),
    graph("Forks, execs and exits", PER_SECOND, "Processes forked, programs started and processes exited each second.",
          target(f"sum({rate('procledger_group_forks_total')})", "forks"), target(f"sum({rate('procledger_group_execs_total')})", "execs"),
          target(f"sum({rate('procledger_group_exits_total')})", "exits")),
    graph("Zombies by parent", COUNT, "Zombies in the group of the parent that has not waited for them.",
          target(largest(f"procledger_group_unreaped_children{{{GROUP}}}"), "{{group}}")),
]

PODS = [
    graph("CPU by class", CPUS, "CPUs in use by class; host: processes outside pods. Needs `containers.class` in the configuration.",
          target(f"sum by (class) (rate(procledger_group_cpu_seconds_total{{{GROUP},class!=\"\"}}{RATE}))", "{{class}}"), stacked=True),
    graph("CPU by namespace", CPUS, "CPUs in use by pods. Needs `containers.labels` in the configuration.",
          target(largest(f"rate(procledger_group_cpu_seconds_total{{{GROUP},namespace!=\"\"}}{RATE})", "namespace"), "{{namespace}}"),
          stacked=True),
]

SELF = [
    graph("Residual", SHARE, "Share of CPU time that is missing (above 0) or counted twice (below 0). At most 0.5 % is normal.",
          target(f"deriv(procledger_cpu_residual_seconds{{{HOST}}}{RATE}) / on (job, instance) procledger_host_cpus{{{HOST}}}",
                 "{{instance}}"), defaults={"min": None}, width=8),
    graph("Lost", PER_SECOND, "Records that could not take their usual path, by cause. Later records make up for most of them.",
          target(f"sum by (cause) ({rate('procledger_lost_records_total', HOST)})", "{{cause}}"), width=8),
    graph("Collections", SECONDS, "Wall time of the last collection.",
          target(f"procledger_collect_duration_seconds{{{HOST}}}", "{{instance}}"), width=8),
    graph("procledger's CPU", CPUS, "CPUs in use by procledger itself; its eBPF programs run in the time of the observed tasks.",
          target(rate("process_cpu_seconds_total", HOST) + " and on (job, instance) procledger_build_info", "{{instance}}"), width=8),
    graph("procledger's memory", BYTES, "Resident memory of procledger itself.",
          target(f"process_resident_memory_bytes{{{HOST}}} and on (job, instance) procledger_build_info", "{{instance}}"), width=8),
    graph("Series", COUNT, "Series on the page.", target(f"procledger_series{{{HOST}}}", "{{instance}}"), width=8),
]

DASHBOARD = dashboard(
    "procledger-overview", "procledger / Overview", "CPU, memory and processes of hosts by group, and the health of procledger.",
    variables("procledger_build_info", "procledger_group_cpu_seconds_total", "group"),
    [("Hosts", HOSTS), ("Groups", GROUPS), ("Processes", PROCESSES), ("Pods and host", PODS), ("procledger", SELF)])
