# SPDX-License-Identifier: Apache-2.0
"""Processes that start and exit between two scrapes."""

from grafana import BYTES_PER_SECOND, COUNT, CPUS, PER_SECOND, SECONDS, SHARE, dashboard, graph, heatmap, number, table, target, variables

HOST = 'job=~"$job",instance=~"$instance"'
GROUP = HOST + ',group=~"$group"'
RATE = "[$__rate_interval]"
EXITS = f"instance_group:procledger_group_exits:rate2m{{{GROUP}}}"
CPU = f"instance_group:procledger_group_cpu_seconds:rate2m{{{GROUP}}}"
LIFETIME = f"procledger_group_process_lifetime_seconds_bucket{{{GROUP}}}"
UNSEEN = f"sum({CPU} unless on (job, instance, group) procledger_group_oldest_start_time_seconds)"


def largest(expr, by="group"):
    return f"topk($top, sum by ({by}) ({expr}))"


def quantile(share):
    return f"histogram_quantile({share}, sum by (le) (rate({LIFETIME}{RATE})))"


def over_range(rule):
    """The total in the shown time. Windows of two minutes, one each minute: every event is in two windows, also the first value."""
    return f"sum by (group) (sum_over_time({rule}[$__range:1m])) * 60"


def increase_over_range(metric):
    """For a counter without a rule: increase(), or the whole counter of a group that started in the shown time, whose first value increase()
    does not count."""
    series = f"{metric}{{{GROUP}}}"
    came = f"({series} unless {series} offset $__range) and on (job, instance) (up offset $__range == 1)"
    return f"sum by (group) ({came} or increase({series}[$__range]))"


NOW = [
    number("Exits", PER_SECOND, "Processes that exit each second.", f"sum({EXITS})", width=6),
    number("Median lifetime", SECONDS, "Half of the processes that exited had a shorter lifetime.", quantile(0.5), width=6),
    number("CPU that polling cannot see", SHARE, "Share of CPU time in groups that have no process now. A collector that scans /proc "
           "misses this time.", f"{UNSEEN} / sum({CPU})", width=6),
    number("Failed exits", PER_SECOND, "Processes that exited with an error or by a signal, each second.",
           f"sum(rate(procledger_group_exits_total{{{GROUP},reason!=\"ok\"}}{RATE}))", width=6),
]

LIVES = [
    graph("Exits by group", PER_SECOND, "Processes that exited each second, including processes that no scrape saw.",
          target(largest(EXITS), "{{group}}"), stacked=True),
    graph("CPU by group", CPUS, "CPUs in use by groups that have no process now.",
          target(largest(f"{CPU} unless on (job, instance, group) procledger_group_oldest_start_time_seconds"), "{{group}}"), stacked=True),
    heatmap("Lifetimes", SECONDS, "Processes by their time from fork to exit.", f"sum by (le) (increase({LIFETIME}{RATE}))"),
    graph("Lifetime quantiles", SECONDS, "Half, 90 % and 99 % of the processes that exited had at most this lifetime.",
          *(target(quantile(share), name) for share, name in ((0.5, "half"), (0.9, "90 %"), (0.99, "99 %")))),
    graph("Exits by reason", PER_SECOND, "ok: status 0; error: another status; signal: killed by a signal.",
          target(f"sum by (reason) (rate(procledger_group_exits_total{{{GROUP}}}{RATE}))", "{{reason}}"), stacked=True),
    graph("CPU for each process", SECONDS, "CPU time of a group divided by the number of its processes that exit.",
          target(f"topk($top, sum by (group) ({CPU}) / (sum by (group) ({EXITS}) > 0))", "{{group}}")),
]

PARENTS = [
    graph("Starts by parent", PER_SECOND, "Processes created each second, by the group of the parent.",
          target(largest(f"instance_group:procledger_group_forks:rate2m{{{GROUP}}}"), "{{group}}"), stacked=True),
    graph("CPU of reaped children", CPUS, "CPUs that processes used until their parents reaped them, by the group of the parent. "
          "The groups of the children have this time, too.",
          target(largest(f"rate(procledger_group_reaped_children_cpu_seconds_total{{{GROUP}}}{RATE})"), "{{group}}"), stacked=True),
    graph("Writing of reaped children", BYTES_PER_SECOND, "Bytes that processes wrote to storage until their parents reaped them, by the group "
          "of the parent.",
          target(largest(f"rate(procledger_group_reaped_children_storage_written_bytes_total{{{GROUP}}}{RATE})"), "{{group}}")),
    graph("Zombies by parent", COUNT, "Zombies by the group of the parent that has not waited for them.",
          target(largest(f"procledger_group_unreaped_children{{{GROUP}}}"), "{{group}}")),
    table("Programs", COUNT, "Programs with the most exits in the shown time, including programs that ran for the first time.",
          [("Exits", COUNT, f"topk($top, {over_range(EXITS)})"),
           ("CPU", SECONDS, over_range(CPU)),
           ("Mean lifetime", SECONDS,
            f"{increase_over_range('procledger_group_process_lifetime_seconds_sum')} / "
            f"({increase_over_range('procledger_group_process_lifetime_seconds_count')} > 0)"),
           ("Running now", COUNT, f"sum by (group) (procledger_group_processes{{{GROUP}}})")], sort="Exits"),
]

DASHBOARD = dashboard(
    "procledger-short-lived", "procledger / Short-lived processes",
    "Processes that start and exit between two scrapes: number, lifetime, CPU time and parents. Needs procledger.rules.yml.",
    variables("procledger_build_info", "procledger_group_cpu_seconds_total", "group"),
    [("Now", NOW), ("Lifetimes and exits", LIVES), ("Parents and programs", PARENTS)])
