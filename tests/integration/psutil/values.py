# SPDX-License-Identifier: Apache-2.0
"""The values of a process in psutil, by the keys of metrics-per-process. usage: values.py PID [SECONDS]. Prints a JSON object. With SECONDS
the script reads the values twice, and the object has rates, too.
"""

import collections
import json
import sys
import time

import psutil


def tcp(process):
    values = collections.Counter()
    for connection in process.connections(kind="tcp"):
        values["total"] += 1
        values[connection.status.lower()] += 1
    return values


def memory(process):
    return {**process.memory_info()._asdict(), "percent": process.memory_percent()}


def cpu(process):
    times = process.cpu_times()
    return {"user": times.user, "system": times.system}


def io(process):
    counters = process.io_counters()
    return {part: getattr(counters, part) for part in ("read_count", "write_count", "read_bytes", "write_bytes")}


KINDS = {
    "cpu.": cpu,
    "io_counters.": io,
    "ctx_switches.": lambda process: process.num_ctx_switches()._asdict(),
    "memory.": memory,
    "threads": lambda process: {"": process.num_threads()},
    "fds": lambda process: {"": process.num_fds()},
    "conns.tcp.": tcp,
    "conns.udp.total": lambda process: {"": len(process.connections(kind="udp"))},
    "conns.unix_sockets.total": lambda process: {"": len(process.connections(kind="unix"))},
}


def reading(process):
    """The value of each key, and its time: a reading takes longer for larger processes."""
    values = {}
    for prefix, read in KINDS.items():
        now = time.monotonic()
        for part, value in read(process).items():
            values[prefix + part] = (value, now)
    return values


def main():
    process = psutil.Process(int(sys.argv[1]))
    after = reading(process)
    values = {}
    if len(sys.argv) > 2:
        before = after
        process.cpu_percent()
        time.sleep(float(sys.argv[2]))
        values["cpu.percent"] = process.cpu_percent()
        after = reading(process)
        for key, (value, now) in after.items():
            earlier, then = before.get(key, (0, now))
            values[f"{key}_per_sec"] = (value - earlier) / (now - then) if now > then else 0
    values.update({key: value for key, (value, _) in after.items()})
    print(json.dumps(values))


main()
