// SPDX-License-Identifier: Apache-2.0
// ignore_chld COUNT PARALLEL US: a parent that ignores SIGCHLD, so the kernel reaps the children itself.
#include "common.h"

#include <signal.h>
#include <sys/wait.h>

int main(int argc, char** argv) {
  if (argc < 4) return 98;
  const uint64_t count = number(argv[1]);
  const uint64_t parallel = number(argv[2]);
  signal(SIGCHLD, SIG_IGN);
  for (uint64_t started = 0; started < count;) {
    for (uint64_t i = 0; i < parallel && started < count; i++, started++) {
      const pid_t pid = fork();
      if (pid < 0) fail("fork");
      if (pid == 0) {
        burn_us(number(argv[3]));
        _exit(0);
      }
    }
    while (wait(NULL) >= 0 || errno == EINTR) {  // blocks until no child is left, then fails with ECHILD
    }
  }
  return 0;
}
