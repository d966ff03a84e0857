// SPDX-License-Identifier: Apache-2.0
// lives exec NEXT US | lives rename NEXT US: uses up about US of CPU time under its own name, then goes on as NEXT (a path to exec, or a
// comm) and uses up as much again. It measures its lives by the wall, less the pauses in which others had the CPU; reading a CPU clock or
// getrusage before the change would bring the kernel's figure up to date and hide a charge that went to the wrong name. Its CPU clock at
// the start and at the end tells what it used to get there, and whether the wall told the truth. Prints: used before, first life, change,
// second life, used in all, in ns.
#include "common.h"

#include <sys/prctl.h>

static uint64_t used_ns(void) {
  struct timespec used;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}

static int report(uint64_t before, uint64_t first, uint64_t change, uint64_t second) {
  printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", before, first, change, second, used_ns());
  return 0;
}

int main(int argc, char** argv) {
  const uint64_t begin = now_ns();
  if (argc < 4) return 98;
  const uint64_t us = number(argv[3]);
  if (strcmp(argv[1], "second") == 0) {  // lives second FIRST_NS US LEFT_AT BEFORE_NS
    return report(number(argv[5]), number(argv[2]), begin - number(argv[4]), burn_us(us));
  }
  const uint64_t before = used_ns();
  const uint64_t first = burn_us(us);
  const uint64_t left = now_ns();
  if (strcmp(argv[1], "rename") == 0) {
    prctl(PR_SET_NAME, argv[2]);
    const uint64_t came = now_ns();
    return report(before, first, came - left, burn_us(us));
  }
  char first_text[32], left_text[32], before_text[32];
  snprintf(first_text, sizeof(first_text), "%" PRIu64, first);
  snprintf(left_text, sizeof(left_text), "%" PRIu64, left);
  snprintf(before_text, sizeof(before_text), "%" PRIu64, before);
  execl(argv[2], argv[2], "second", first_text, argv[3], left_text, before_text, (char*)NULL);
  return 127;
}
