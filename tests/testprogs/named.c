// SPDX-License-Identifier: Apache-2.0
// named HEX GO_FD END_FD US: sets its comm from hex bytes, waits for the end of file of GO_FD, uses CPU time, waits for the end of file of
// END_FD. Prints a line after each step but the last.
#include "common.h"

#include <sys/prctl.h>

static void await_end_of(int fd) {
  char byte;
  while (read(fd, &byte, 1) > 0) {
  }
}

int main(int argc, char** argv) {
  if (argc < 5) return 98;
  char name[16] = {0};
  for (size_t i = 0; i + 1 < sizeof(name) && argv[1][2 * i] != '\0'; i++) {
    const char digits[3] = {argv[1][2 * i], argv[1][2 * i + 1], '\0'};
    name[i] = (char)strtoul(digits, NULL, 16);
  }
  prctl(PR_SET_NAME, name);
  puts("named");
  fflush(stdout);
  await_end_of((int)number(argv[2]));
  burn_us(number(argv[4]));
  puts("burnt");
  fflush(stdout);
  await_end_of((int)number(argv[3]));
  return 0;
}
