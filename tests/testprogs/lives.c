// SPDX-License-Identifier: Apache-2.0
// lives exec NEXT US | lives rename NEXT US: keeps its CPU for US under its own name, then goes on as NEXT (a path to exec, or a comm) and
// keeps it for US once more. It times itself by the wall only; a CPU clock or getrusage before the change would bring the kernel's figure
// up to date and hide a charge that went to the wrong name. Prints: first life, change, second life (ns), involuntary switches.
#include "common.h"

#include <sys/prctl.h>
#include <sys/resource.h>

static int report(uint64_t first, uint64_t change, uint64_t second) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %ld\n", first, change, second, usage.ru_nivcsw);
  return 0;
}

int main(int argc, char** argv) {
  const uint64_t begin = now_ns();
  if (argc < 4) return 98;
  const uint64_t us = number(argv[3]);
  if (strcmp(argv[1], "second") == 0) {  // lives second FIRST_NS US LEFT_AT
    burn_until(begin + us * 1000);
    const uint64_t end = now_ns();
    return report(number(argv[2]), begin - number(argv[4]), end - begin);
  }
  burn_until(begin + us * 1000);
  if (strcmp(argv[1], "rename") == 0) {
    const uint64_t left = now_ns();
    prctl(PR_SET_NAME, argv[2]);
    const uint64_t came = now_ns();
    burn_until(came + us * 1000);
    const uint64_t end = now_ns();
    return report(left - begin, came - left, end - came);
  }
  char first[32], left_at[32];
  const uint64_t left = now_ns();
  snprintf(first, sizeof(first), "%" PRIu64, left - begin);
  snprintf(left_at, sizeof(left_at), "%" PRIu64, left);
  execl(argv[2], argv[2], "second", first, argv[3], left_at, (char*)NULL);
  return 127;
}
