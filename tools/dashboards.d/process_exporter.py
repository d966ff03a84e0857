# SPDX-License-Identifier: Apache-2.0
"""The metrics of --compat=process-exporter, and of process-exporter itself."""

from grafana import BYTES, BYTES_PER_SECOND, COUNT, CPUS, PER_SECOND, SECONDS, SHARE, dashboard, graph, number, table, target, variables

HOST = 'job=~"$job",instance=~"$instance"'
GROUP = HOST + ',groupname=~"$group"'
RATE = "[$__rate_interval]"
RESIDENT = ',memtype="resident"'


def largest(expr, by="groupname"):
    return f"topk($top, sum by ({by}) ({expr}))"


def named(metric, more=""):
    return f"namedprocess_namegroup_{metric}{{{GROUP}{more}}}"


def rate(metric, more=""):
    return f"rate({named(metric, more)}{RATE})"


NOW = [
    number("Groups", COUNT, "Groups that have a process now.", f"count(namedprocess_namegroup_num_procs{{{GROUP}}} > 0)", width=6),
    number("Processes", COUNT, "Processes of the selected groups.", f"sum({named('num_procs')})", width=6),
    number("CPUs used", CPUS, "CPUs in use by the selected groups.", f"sum({rate('cpu_seconds_total')})", width=6),
    number("Scrape errors", COUNT, "Errors while collecting, since the start.",
           f"sum(namedprocess_scrape_errors{{{HOST}}}) + sum(namedprocess_scrape_procread_errors{{{HOST}}})", width=6),
]

GROUPS = [
    graph("Processes", COUNT, "Processes by group.", target(largest(named("num_procs")), "{{groupname}}"), stacked=True),
    graph("CPU", CPUS, "CPUs in use by group, user and system together.", target(largest(rate("cpu_seconds_total")), "{{groupname}}"),
          stacked=True),
    graph("CPU by mode", CPUS, "CPUs in use by the selected groups, in user and system mode.",
          target(f"sum by (mode) ({rate('cpu_seconds_total')})", "{{mode}}"), stacked=True),
    graph("Resident memory", BYTES, "Memory in RAM by group; a shared page counts in each process.",
          target(largest(named("memory_bytes", RESIDENT)), "{{groupname}}"), stacked=True),
    graph("Virtual memory", BYTES, "Address space in use by group.",
          target(largest(named("memory_bytes", ',memtype="virtual"')), "{{groupname}}")),
    graph("Read", BYTES_PER_SECOND, "Bytes fetched from storage by group.", target(largest(rate("read_bytes_total")), "{{groupname}}")),
    graph("Written", BYTES_PER_SECOND, "Bytes written to storage by group.", target(largest(rate("write_bytes_total")), "{{groupname}}")),
    graph("Open files", COUNT, "Open file descriptors by group.", target(largest(named("open_filedesc")), "{{groupname}}")),
    graph("Files of limit", SHARE, "Open file descriptors divided by their limit, of the process closest to its limit.",
          target(f"topk($top, max by (groupname) ({named('worst_fd_ratio')}))", "{{groupname}}")),
    graph("Page faults", PER_SECOND, "major: fetched from storage; minor: found in memory.",
          target(f"sum({rate('major_page_faults_total')})", "major"), target(f"sum({rate('minor_page_faults_total')})", "minor")),
    graph("Context switches", PER_SECOND, "voluntary: the thread waits for something; nonvoluntary: another thread takes its CPU.",
          target(largest(rate("context_switches_total"), "groupname, ctxswitchtype"), "{{groupname}} {{ctxswitchtype}}")),
    graph("States", COUNT, "Threads by state.", target(f"sum by (state) ({named('states')})", "{{state}}"), stacked=True),
    table("Groups", COUNT, "The groups with the highest CPU usage now.",
          [("CPU", CPUS, largest(rate("cpu_seconds_total"))),
           ("Resident memory", BYTES, f"sum by (groupname) ({named('memory_bytes', RESIDENT)})"),
           ("Processes", COUNT, f"sum by (groupname) ({named('num_procs')})"),
           ("Threads", COUNT, f"sum by (groupname) ({named('num_threads')})"),
           ("Oldest", SECONDS, f"time() - min by (groupname) ({named('oldest_start_time_seconds')} > 0)")], sort="CPU"),
]

THREADS = [
    graph("CPU by thread name", CPUS, "CPUs in use by threads of one name. Not with -threads=false.",
          target(largest(rate("thread_cpu_seconds_total"), "groupname, threadname"), "{{groupname}} {{threadname}}"), stacked=True),
    graph("Threads by name", COUNT, "Threads of one name. Not with -threads=false.",
          target(largest(named("thread_count"), "groupname, threadname"), "{{groupname}} {{threadname}}")),
    graph("I/O by thread name", BYTES_PER_SECOND, "Bytes to and from storage by threads of one name. Not with -threads=false.",
          target(largest(rate("thread_io_bytes_total"), "groupname, threadname, iomode"), "{{groupname}} {{threadname}} {{iomode}}")),
    graph("Threads by wait channel", COUNT, "Threads by the kernel function in which they wait.",
          target(largest(named("threads_wchan"), "wchan"), "{{wchan}}")),
]

DASHBOARD = dashboard(
    "procledger-process-exporter", "procledger / process-exporter metrics",
    "namedprocess_namegroup_*, as procledger --compat=process-exporter and process-exporter itself serve them.",
    variables("process_exporter_build_info", "namedprocess_namegroup_num_procs", "groupname"),
    [("Now", NOW), ("Groups", GROUPS), ("Threads", THREADS)])
