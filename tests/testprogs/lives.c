// SPDX-License-Identifier: Apache-2.0
// lives exec NEXT US [stop] | lives rename NEXT US [stop]: uses about US of CPU time under its own name, then changes to NEXT (a path to
// exec, or a comm) and uses US again. With "stop" the program first stops itself, for baselines. It reads its CPU clock right after the
// change and at the end, and never before the change: such a read would update the kernel's total and hide a charge to the wrong name.
// Prints in ns: CPU time right after the change, wall-clock time of the change, CPU time at the end.
#include "common.h"

#include <signal.h>
#include <sys/prctl.h>

static uint64_t used_ns(void) {
  struct timespec used;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}

static int live_on(uint64_t changed, uint64_t left, uint64_t came, uint64_t us) {
  burn_us(us);
  printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", changed, came - left, used_ns());
  return 0;
}

int main(int argc, char** argv) {
  const uint64_t begin = now_ns();
  const uint64_t begun = used_ns();
  if (argc < 4) return 98;
  const uint64_t us = number(argv[3]);
  if (strcmp(argv[1], "second") == 0) return live_on(begun, number(argv[2]), begin, us);  // lives second LEFT_AT US
  if (argc > 4) raise(SIGSTOP);
  burn_us(us);
  const uint64_t left = now_ns();
  if (strcmp(argv[1], "rename") == 0) {
    prctl(PR_SET_NAME, argv[2]);
    const uint64_t came = now_ns();
    return live_on(used_ns(), left, came, us);
  }
  char left_text[32];
  snprintf(left_text, sizeof(left_text), "%" PRIu64, left);
  execl(argv[2], argv[2], "second", left_text, argv[3], (char*)NULL);
  return 127;
}
