// SPDX-License-Identifier: Apache-2.0
// holds MIB PAIRS NETNS: two processes that share MIB of written memory and 4 pairs of unix sockets. The first process also holds, with
// IPv4: 7 TCP listeners, PAIRS connections to itself, 2 bound and 1 connected UDP socket, 1 unused TCP socket, 1 netlink socket, and a
// duplicate of every descriptor. NETNS 1: in a new network namespace, where no connection is possible. Prints the PID of the second process
// when all sockets exist; both processes sleep until they are killed.
#include "common.h"

#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

enum { LISTENERS = 7, BOUND_UDP = 2, UNIX_PAIRS = 4 };

static int checked(int value, const char* what) {
  if (value < 0) fail(what);
  return value;
}

static int open_socket(int family, int type) { return checked(socket(family, type, 0), "socket"); }

static int bound(int type) {
  const struct sockaddr_in any = {.sin_family = AF_INET};
  const int fd = open_socket(AF_INET, type);
  checked(bind(fd, (const struct sockaddr*)&any, sizeof(any)), "bind");
  return fd;
}

static int connected_to(int target, int type) {
  struct sockaddr_in address;
  socklen_t length = sizeof(address);
  checked(getsockname(target, (struct sockaddr*)&address, &length), "getsockname");
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = open_socket(AF_INET, type);
  checked(connect(fd, (const struct sockaddr*)&address, sizeof(address)), "connect");
  return fd;
}

static void open_all(uint64_t pairs) {
  int listener = -1;
  for (int i = 0; i < LISTENERS; i++) {
    listener = bound(SOCK_STREAM);
    checked(listen(listener, 16), "listen");
  }
  int udp = -1;
  for (int i = 0; i < BOUND_UDP; i++) udp = bound(SOCK_DGRAM);
  for (uint64_t i = 0; i < pairs; i++) {
    connected_to(listener, SOCK_STREAM);
    checked(accept(listener, NULL, NULL), "accept");
  }
  if (pairs > 0) connected_to(udp, SOCK_DGRAM);
  open_socket(AF_INET, SOCK_STREAM);
  const int last = open_socket(AF_NETLINK, SOCK_RAW);
  for (int fd = 3; fd <= last; fd++) {
    if (dup(fd) < 0 && errno != EBADF) fail("dup");
  }
}

int main(int argc, char** argv) {
  if (argc < 4) return 98;
  const size_t bytes = number(argv[1]) << 20;
  if (number(argv[3]) != 0) checked(unshare(CLONE_NEWNET), "unshare");
  void* const memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  memset(memory, 1, bytes);
  for (int i = 0; i < UNIX_PAIRS; i++) {
    int pair[2];
    checked(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
  }
  int ready[2];
  checked(pipe(ready), "pipe");
  const pid_t pid = checked(fork(), "fork");
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    volatile unsigned sum = 0;  // a page of shared memory is mapped in a process when the process touches it
    for (size_t i = 0; i < bytes; i += 4096) sum += ((const unsigned char*)memory)[i];
    if (write(ready[1], "x", 1) != 1) fail("write");
    for (;;) pause();
  }
  char byte;
  if (read(ready[0], &byte, 1) != 1) fail("read");
  open_all(number(argv[2]));
  printf("%d\n", (int)pid);
  fflush(stdout);
  for (;;) pause();
}
