# SPDX-License-Identifier: Apache-2.0
"""The figures of one process as psutil counts them, by the keys of metrics-per-process. usage: figures.py PID [SECONDS]. Prints one JSON
object; with SECONDS says "looking" after the first look, and rates of I/O are in it, too.
"""

import collections
import json
import sys
import time

import psutil


def look(process):
    figures = {}
    memory = process.memory_info()
    for part in ("rss", "vms", "shared", "text", "lib", "data", "dirty"):
        figures[f"memory.{part}"] = getattr(memory, part)
    figures["memory.percent"] = process.memory_percent()
    times = process.cpu_times()
    figures["cpu.user"] = times.user
    figures["cpu.system"] = times.system
    switches = process.num_ctx_switches()
    figures["ctx_switches.voluntary"] = switches.voluntary
    figures["ctx_switches.involuntary"] = switches.involuntary
    io = process.io_counters()
    for part in ("read_count", "write_count", "read_bytes", "write_bytes"):
        figures[f"io_counters.{part}"] = getattr(io, part)
    figures["threads"] = process.num_threads()
    figures["fds"] = process.num_fds()
    tcp = process.connections(kind="tcp")
    figures["conns.tcp.total"] = len(tcp)
    for state, count in collections.Counter(connection.status.lower() for connection in tcp).items():
        figures[f"conns.tcp.{state}"] = count
    figures["conns.udp.total"] = len(process.connections(kind="udp"))
    figures["conns.unix_sockets.total"] = len(process.connections(kind="unix"))
    return figures


def main():
    process = psutil.Process(int(sys.argv[1]))
    figures = look(process)
    if len(sys.argv) > 2:
        began = time.monotonic()
        print("looking", file=sys.stderr, flush=True)
        time.sleep(float(sys.argv[2]))
        before, figures = figures, look(process)
        elapsed = time.monotonic() - began
        for key in list(figures):
            if key.startswith("io_counters."):
                figures[f"{key}_per_sec"] = (figures[key] - before[key]) / elapsed
    print(json.dumps(figures))


main()
