# SPDX-License-Identifier: Apache-2.0
"""A process for tests of `stats`. usage: subject.py MODE FILE. Prints "ready" after its first work, and waits. After SIGUSR1 the process
continues and prints "done"; SIGTERM ends it.

plain    one thread, no children: CPU time, memory, I/O, switches, descriptors, sockets of all kinds
apart    parts that psutil counts differently: running threads with context switches, a reaped child with I/O, an unbound socket, and a
         socket with two descriptors
zombies  children that wrote and are not reaped before the process continues
threads  a reaped child; after SIGUSR1, threads that write and exit
named    takes the name in FILE
"""

import mmap
import os
import signal
import socket
import sys
import threading
import time

kept = []


def say(word):
    os.write(1, word.encode() + b"\n")


def write_calls(file, count, size):
    with open(file, "wb", buffering=0) as out:
        for _ in range(count):
            out.write(b"x" * size)


def burn():
    zero = os.open("/dev/zero", os.O_RDONLY)
    while os.times().user < 1.2:
        sum(range(20000))
    while os.times().system < 1.2:
        os.read(zero, 1 << 20)
    os.close(zero)


def sockets():
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname())
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    return [server, client, server.accept()[0], udp, *socket.socketpair()]


def plain(file):
    burn()
    memory = mmap.mmap(-1, 40 << 20)
    for at in range(0, len(memory), mmap.PAGESIZE):
        memory[at] = 1
    write_calls(file, 500, 8192)
    fd = os.open(file, os.O_RDONLY)
    os.fsync(fd)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    while os.read(fd, 4096):
        pass
    for _ in range(300):
        time.sleep(0.0005)
    kept.extend([memory, fd, *sockets()])


def child_that_writes(file, calls):
    child = os.fork()
    if child == 0:
        write_calls(file, calls, 4096)
        os._exit(0)
    return child


def apart(file):
    os.waitpid(child_that_writes(file, 2000), 0)

    def switch():
        for _ in range(400):
            time.sleep(0.0005)
        asleep.set()
        time.sleep(3600)

    asleep = threading.Event()
    threading.Thread(target=switch, daemon=True).start()
    asleep.wait()
    one, other = socket.socketpair()
    kept.extend([one, other, os.dup(one.fileno()), socket.socket()])


def zombies(file):
    kept.extend(child_that_writes(f"{file}.{n}", 1000) for n in range(3))
    for child in kept:
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)


def zombies_go_on(_):
    for child in kept:
        os.waitpid(child, 0)


def threads(file):
    os.waitpid(child_that_writes(file, 10), 0)


def threads_go_on(_):
    null = os.open("/dev/null", os.O_WRONLY)
    workers = [threading.Thread(target=lambda: [os.write(null, b"x") for _ in range(100)]) for _ in range(20)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def named(file):
    with open(file, "rb") as name, open("/proc/self/comm", "wb") as comm:
        comm.write(name.read())


def main():
    mode, file = sys.argv[1], sys.argv[2]
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    globals()[mode](file)
    say("ready")
    signal.sigwait([signal.SIGUSR1])
    globals().get(f"{mode}_go_on", lambda _: None)(file)
    say("done")
    signal.pause()


main()
