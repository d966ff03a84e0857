# SPDX-License-Identifier: Apache-2.0
"""What lives and dies between two scrapes."""

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
    """How much it was in the time that is shown. Windows of two minutes, one each minute: all is in two of them, first values too."""
    return f"sum by (group) (sum_over_time({rule}[$__range:1m])) * 60"


def increase_over_range(metric):
    """Of a counter without a rule: increase(), and the whole counter of groups that came meanwhile, whose first value increase() takes for
    the past."""
    series = f"{metric}{{{GROUP}}}"
    came = f"({series} unless {series} offset $__range) and on (job, instance) (up offset $__range == 1)"
    return f"sum by (group) ({came} or increase({series}[$__range]))"


NOW = [
    number("Deaths", PER_SECOND, "Processes that end each second.", f"sum({EXITS})", width=6),
    number("Median life", SECONDS, "Half of the processes that ended lived shorter.", quantile(0.5), width=6),
    number("CPU that polling cannot see", SHARE, "Share of CPU time in groups of which no process is alive now: a collector that looks at "
           "living processes misses it.", f"{UNSEEN} / sum({CPU})", width=6),
    number("Bad ends", PER_SECOND, "Processes that ended with an error or by a signal, each second.",
           f"sum(rate(procledger_group_exits_total{{{GROUP},reason!=\"ok\"}}{RATE}))", width=6),
]

LIVES = [
    graph("Deaths by group", PER_SECOND, "Processes that ended each second, those that no scrape saw included.",
          target(largest(EXITS), "{{group}}"), stacked=True),
    graph("CPU by group", CPUS, "CPUs in use by the groups of which no process is alive now.",
          target(largest(f"{CPU} unless on (job, instance, group) procledger_group_oldest_start_time_seconds"), "{{group}}"), stacked=True),
    heatmap("Lifetimes", SECONDS, "From fork to exit: how many processes lived how long.", f"sum by (le) (increase({LIFETIME}{RATE}))"),
    graph("Lifetime quantiles", SECONDS, "Half, nine of ten and 99 of 100 processes that ended lived at most so long.",
          *(target(quantile(share), name) for share, name in ((0.5, "half"), (0.9, "90 %"), (0.99, "99 %")))),
    graph("Ends by reason", PER_SECOND, "ok: status 0; error: another status; signal: killed by one.",
          target(f"sum by (reason) (rate(procledger_group_exits_total{{{GROUP}}}{RATE}))", "{{reason}}"), stacked=True),
    graph("CPU for each process", SECONDS, "CPU time that a group uses for each of its processes that ends.",
          target(f"topk($top, sum by (group) ({CPU}) / (sum by (group) ({EXITS}) > 0))", "{{group}}")),
]

PARENTS = [
    graph("Who starts them", PER_SECOND, "Processes created each second, by the group that creates them.",
          target(largest(f"instance_group:procledger_group_forks:rate2m{{{GROUP}}}"), "{{group}}"), stacked=True),
    graph("CPU of reaped children", CPUS, "CPUs that processes used themselves until their parents reaped them, by the parents' group. It is "
          "in the children's groups, too.",
          target(largest(f"rate(procledger_group_reaped_children_cpu_seconds_total{{{GROUP}}}{RATE})"), "{{group}}"), stacked=True),
    graph("Writing of reaped children", BYTES_PER_SECOND, "Bytes that processes gave to storage themselves until their parents reaped them, by "
          "the parents' group.",
          target(largest(f"rate(procledger_group_reaped_children_storage_written_bytes_total{{{GROUP}}}{RATE})"), "{{group}}")),
    graph("Who keeps zombies", COUNT, "Zombies by the group of the parent that has not waited for them.",
          target(largest(f"procledger_group_unreaped_children{{{GROUP}}}"), "{{group}}")),
    table("Programs", COUNT, "What ended most often in the time that is shown, programs that ran for the first time included.",
          [("Deaths", COUNT, f"topk($top, {over_range(EXITS)})"),
           ("CPU", SECONDS, over_range(CPU)),
           ("Mean life", SECONDS,
            f"{increase_over_range('procledger_group_process_lifetime_seconds_sum')} / "
            f"({increase_over_range('procledger_group_process_lifetime_seconds_count')} > 0)"),
           ("Alive now", COUNT, f"sum by (group) (procledger_group_processes{{{GROUP}}})")], sort="Deaths"),
]

DASHBOARD = dashboard(
    "procledger-short-lived", "procledger / Short-lived processes",
    "What lives and dies between two scrapes: how often, how long, at what cost, and who starts it. Needs procledger.rules.yml.",
    variables("procledger_build_info", "procledger_group_cpu_seconds_total", "group"),
    [("Now", NOW), ("Lives", LIVES), ("Parents and programs", PARENTS)])
