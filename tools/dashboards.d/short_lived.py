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
    """The sum over the shown range. Windows of two minutes, one each minute, so each value is in two of them, first values too."""
    return f"sum by (group) (sum_over_time({rule}[$__range:1m])) * 60"


def increase_over_range(metric):
    """For a counter without a rule: increase(), plus the whole counter of groups that started within the range, because increase() ignores
    their first value."""
    series = f"{metric}{{{GROUP}}}"
    came = f"({series} unless {series} offset $__range) and on (job, instance) (up offset $__range == 1)"
    return f"sum by (group) ({came} or increase({series}[$__range]))"


NOW = [
    number("Exits", PER_SECOND, "Processes that exit each second.", f"sum({EXITS})", width=6),
    number("Median lifetime", SECONDS, "Half of the exited processes lived shorter.", quantile(0.5), width=6),
    number("CPU that polling cannot see", SHARE, "Share of CPU time in groups without a living process now: a collector that polls "
           "living processes misses it.", f"{UNSEEN} / sum({CPU})", width=6),
    number("Failed exits", PER_SECOND, "Processes that exit with an error or by a signal, each second.",
           f"sum(rate(procledger_group_exits_total{{{GROUP},reason!=\"ok\"}}{RATE}))", width=6),
]

LIVES = [
    graph("Exits by group", PER_SECOND, "Processes that exit each second, processes between two scrapes included.",
          target(largest(EXITS), "{{group}}"), stacked=True),
    graph("CPU by group", CPUS, "CPUs in use by groups without a living process now.",
          target(largest(f"{CPU} unless on (job, instance, group) procledger_group_oldest_start_time_seconds"), "{{group}}"), stacked=True),
    heatmap("Lifetimes", SECONDS, "Number of processes by lifetime, from fork to exit.", f"sum by (le) (increase({LIFETIME}{RATE}))"),
    graph("Lifetime quantiles", SECONDS, "Half, 90 % and 99 % of the exited processes lived at most this long.",
          *(target(quantile(share), name) for share, name in ((0.5, "half"), (0.9, "90 %"), (0.99, "99 %")))),
    graph("Exits by reason", PER_SECOND, "ok: status 0; error: another status; signal: killed by a signal.",
          target(f"sum by (reason) (rate(procledger_group_exits_total{{{GROUP}}}{RATE}))", "{{reason}}"), stacked=True),
    graph("CPU per process", SECONDS, "CPU time of a group, divided by its exits.",
          target(f"topk($top, sum by (group) ({CPU}) / (sum by (group) ({EXITS}) > 0))", "{{group}}")),
]

PARENTS = [
    graph("Forks by group", PER_SECOND, "Processes forked each second, by the group of the forking process.",
          target(largest(f"instance_group:procledger_group_forks:rate2m{{{GROUP}}}"), "{{group}}"), stacked=True),
    graph("CPU of reaped children", CPUS, "CPU time of reaped processes, children excluded, in the parents' group. The children's groups "
          "include it, too.",
          target(largest(f"rate(procledger_group_reaped_children_cpu_seconds_total{{{GROUP}}}{RATE})"), "{{group}}"), stacked=True),
    graph("Writes of reaped children", BYTES_PER_SECOND, "Bytes that reaped processes wrote to storage, in the parents' group.",
          target(largest(f"rate(procledger_group_reaped_children_storage_written_bytes_total{{{GROUP}}}{RATE})"), "{{group}}")),
    graph("Zombies by parent", COUNT, "Zombies in the group of the parent that has not waited for them.",
          target(largest(f"procledger_group_unreaped_children{{{GROUP}}}"), "{{group}}")),
    table("Programs", COUNT, "Groups with the most exits in the shown range, new groups included.",
          [("Exits", COUNT, f"topk($top, {over_range(EXITS)})"),
           ("CPU", SECONDS, over_range(CPU)),
           ("Mean lifetime", SECONDS,
            f"{increase_over_range('procledger_group_process_lifetime_seconds_sum')} / "
            f"({increase_over_range('procledger_group_process_lifetime_seconds_count')} > 0)"),
           ("Alive now", COUNT, f"sum by (group) (procledger_group_processes{{{GROUP}}})")], sort="Exits"),
]

DASHBOARD = dashboard(
    "procledger-short-lived", "procledger / Short-lived processes",
    "Processes that start and exit between two scrapes: rates, lifetimes, cost and parents. Needs procledger.rules.yml.",
    variables("procledger_build_info", "procledger_group_cpu_seconds_total", "group"),
    [("Now", NOW), ("Lifetimes", LIVES), ("Parents and programs", PARENTS)])
