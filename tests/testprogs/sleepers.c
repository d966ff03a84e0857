// SPDX-License-Identifier: Apache-2.0
// sleepers COUNT NAMES PREFIX: starts COUNT children with NAMES different names, which sleep until their parent exits; then prints a line.
#include "common.h"

#include <signal.h>
#include <sys/prctl.h>

int main(int argc, char** argv) {
  if (argc < 4) return 98;
  const uint64_t names = number(argv[2]);
  for (uint64_t i = 0; i < number(argv[1]); i++) {
    const pid_t pid = fork();
    if (pid < 0) fail("fork");
    if (pid == 0) {
      char name[16];
      snprintf(name, sizeof(name), "%.7s%u", argv[3], (unsigned)(i % names) % 10000000u);
      prctl(PR_SET_NAME, name);
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (;;) pause();
    }
  }
  puts("asleep");
  fflush(stdout);
  for (;;) pause();
}
