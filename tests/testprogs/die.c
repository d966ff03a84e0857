// SPDX-License-Identifier: Apache-2.0
// die SIGNAL US: uses CPU time and exits by a signal.
#include "common.h"

#include <signal.h>
#include <sys/resource.h>

int main(int argc, char** argv) {
  if (argc < 3) return 98;
  const struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  burn_us(number(argv[2]));
  kill(getpid(), (int)number(argv[1]));
  for (;;) pause();
}
