// SPDX-License-Identifier: Apache-2.0
// crowd COUNT PARALLEL US: starts COUNT children, PARALLEL at a time. Each child takes a new name (the first 7 bytes of the program's own
// name and a number), uses about US of CPU time and exits. Prints the number of children.
#include "common.h"

#include <sys/prctl.h>
#include <sys/wait.h>

static void start_one(uint64_t number_of, uint64_t us) {
  const pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid > 0) return;
  char own[16] = {0}, name[16];
  prctl(PR_GET_NAME, own);
  snprintf(name, sizeof(name), "%.7s%06" PRIu64, own, number_of % 1000000);
  prctl(PR_SET_NAME, name);
  burn_us(us);
  _exit(0);
}

int main(int argc, char** argv) {
  if (argc < 4) return 98;
  const uint64_t count = number(argv[1]);
  const uint64_t parallel = number(argv[2]);
  for (uint64_t i = 0; i < count; i++) {
    if (i >= parallel && wait(NULL) < 0) fail("wait");
    start_one(i, number(argv[3]));
  }
  while (wait(NULL) >= 0 || errno == EINTR) {
  }
  printf("%" PRIu64 "\n", count);
  return 0;
}
