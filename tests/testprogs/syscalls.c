// SPDX-License-Identifier: Apache-2.0
// syscalls MS: uses CPU time, almost all of it in system mode, for MS.
#include "common.h"

#include <fcntl.h>

int main(int argc, char** argv) {
  if (argc < 2) return 98;
  static char buffer[1 << 20];
  const int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
  if (zero < 0) fail("open");
  const uint64_t deadline_ns = now_ns() + number(argv[1]) * 1000000;
  while (now_ns() < deadline_ns) {
    if (read(zero, buffer, sizeof(buffer)) < 0) fail("read");
  }
  return 0;
}
