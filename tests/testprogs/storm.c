// SPDX-License-Identifier: Apache-2.0
// storm MS: forks as fast as possible on every CPU for MS. Children exit at once; every eighth leaves an orphan that exits a little later.
// Prints the number of processes, itself not counted.
#include "common.h"

#include <sched.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static atomic_ullong* made;

static pid_t make_one(void) {
  const pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid > 0) atomic_fetch_add(made, 1);
  return pid;
}

static void pin_to(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET((size_t)cpu, &set);
  if (sched_setaffinity(0, sizeof(set), &set) != 0) fail("sched_setaffinity");
}

static void work(int cpu, uint64_t deadline_ns) {
  pin_to(cpu);
  for (uint64_t i = 0; now_ns() < deadline_ns; i++) {
    if (make_one() == 0) {
      if (i % 8 == 0 && make_one() == 0) burn_us(20);
      _exit((int)(i % 2));
    }
    wait(NULL);
  }
  _exit(0);
}

int main(int argc, char** argv) {
  if (argc < 2) return 98;
  const uint64_t deadline_ns = now_ns() + number(argv[1]) * 1000000;
  made = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (made == MAP_FAILED) fail("mmap");
  prctl(PR_SET_CHILD_SUBREAPER, 1);  // adopt orphans, so that the storm ends after all of them
  const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
  for (int cpu = 0; cpu < cpus; cpu++) {
    if (make_one() == 0) work(cpu, deadline_ns);
  }
  while (wait(NULL) >= 0 || errno == EINTR) {
  }
  printf("%llu\n", atomic_load(made));
  return 0;
}
