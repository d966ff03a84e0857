// SPDX-License-Identifier: Apache-2.0
// steady FILE user|system: does the same amount of all counted work in each period of 7 ms, for 20 seconds or until it is killed: CPU time
// in this mode, private and shared memory, read and write calls, bytes from and to storage (FILE), switches of both kinds, descriptors and
// sockets. Periods do not drift, and with the right to real-time priority no other load delays them. Prints "ready" before the first
// period.
#include "common.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum {
  PERIOD_NS = 7000000,  // no multiple of a usual tick (1, 4, 10 ms), since ticks sample user and system time
  PERIODS = 2860,
  BURN_US = 4200,
  PAGE = 4096,
  PAGES = 16,       // pages of each kind of memory
  STORED = 64,      // pages in FILE that are read repeatedly
  WRITES = 4,       // writes of a new page of FILE
  NULL_CALLS = 20,  // reads and writes without storage
  NAPS = 24,
  NAP_NS = 20000,
  PRODS = 10,
  OPENS_EVERY = 3,  // periods; scans take longer with more open files
};

static int checked(int value, const char* what) {
  if (value < 0) fail(what);
  return value;
}

static void* touched(int sharing) {
  char* const memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  for (int i = 0; i < PAGES; i++) memory[i * PAGE] = 1;
  return memory;
}

// As burn_us, but in system mode, and without counted read and write calls.
static void burn_in_kernel_us(uint64_t us) {
  static char bytes[2048];
  uint64_t burnt = 0;
  uint64_t last = now_ns();
  while (burnt < us * 1010) {
    checked((int)getrandom(bytes, sizeof(bytes), 0), "getrandom");
    const uint64_t now = now_ns();
    if (now - last < BURN_GAP_NS) burnt += now - last;
    last = now;
  }
}

static char page[PAGE];

static int prepared(const char* path) {
  const int file = checked(open(path, O_RDWR | O_CREAT | O_TRUNC, 0600), path);
  for (int i = 0; i < STORED; i++) checked((int)write(file, page, PAGE), "write");
  checked(fsync(file), "fsync");
  posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM);  // one page at a time
  posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  return file;
}

static void store(int file, int zero, int null, int period) {
  for (int i = 0; i < WRITES; i++) checked((int)write(file, page, PAGE), "write");
  const off_t at = (off_t)(period % STORED) * PAGE;
  checked((int)pread(file, page, PAGE, at), "pread");
  posix_fadvise(file, at, PAGE, POSIX_FADV_DONTNEED);
  for (int i = 0; i < NULL_CALLS; i++) {
    checked((int)read(zero, page, 1), "read");
    checked((int)write(null, page, 1), "write");
  }
}

static void nap(void) {
  const struct timespec shortly = {.tv_nsec = NAP_NS};
  for (int i = 0; i < NAPS; i++) nanosleep(&shortly, NULL);
}

static uint64_t sleep_until(uint64_t ns) {
  const struct timespec until = {.tv_sec = (time_t)(ns / 1000000000u), .tv_nsec = (long)(ns % 1000000000u)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
  }
  return ns;
}

// Without the right to real-time priority the call fails and the priority stays.
static void come_first(int priority) {
  const struct sched_param param = {.sched_priority = priority};
  sched_setscheduler(0, SCHED_FIFO, &param);
}

// Starts a child with a higher priority on the same CPU: every byte that it receives preempts the parent, an involuntary switch. The parent
// never reaps the child.
static int start_child(void) {
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(sched_getcpu(), &here);
  checked(sched_setaffinity(0, sizeof(here), &here), "sched_setaffinity");
  int ends[2];
  checked(pipe(ends), "pipe");
  const pid_t parent = getpid();
  if (checked(fork(), "fork") != 0) {
    close(ends[0]);
    return ends[1];
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) exit(0);
  come_first(3);
  char byte;
  for (;;) checked((int)read(ends[0], &byte, 1), "read");
}

static void be_interrupted(int child) {
  for (int i = 0; i < PRODS; i++) checked((int)write(child, page, 1), "write");
}

static void open_more(void) {
  const struct sockaddr_in any = {.sin_family = AF_INET};
  const int udp = checked(socket(AF_INET, SOCK_DGRAM, 0), "socket");
  checked(bind(udp, (const struct sockaddr*)&any, sizeof(any)), "bind");
  checked(listen(checked(socket(AF_INET, SOCK_STREAM, 0), "socket"), 1), "listen");
  int pair[2];
  checked(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
}

int main(int argc, char** argv) {
  if (argc < 3) return 98;
  const int in_kernel = strcmp(argv[2], "system") == 0;
  struct rlimit files;
  checked(getrlimit(RLIMIT_NOFILE, &files), "getrlimit");
  files.rlim_cur = files.rlim_max;
  checked(setrlimit(RLIMIT_NOFILE, &files), "setrlimit");
  prctl(PR_SET_TIMERSLACK, 1);
  const int file = prepared(argv[1]);
  const int zero = checked(open("/dev/zero", O_RDONLY), "/dev/zero");
  const int null = checked(open("/dev/null", O_WRONLY), "/dev/null");
  const int child = start_child();
  come_first(2);  // before tests, too
  puts("ready");
  fflush(stdout);
  uint64_t next = now_ns();
  for (int period = 0; period < PERIODS; period++) {
    touched(MAP_PRIVATE);
    touched(MAP_SHARED);
    store(file, zero, null, period);
    be_interrupted(child);
    nap();
    if (period % OPENS_EVERY == 0) open_more();
    if (in_kernel) {
      burn_in_kernel_us(BURN_US);
    } else {
      burn_us(BURN_US);
    }
    next = sleep_until(next + PERIOD_NS);
  }
}
