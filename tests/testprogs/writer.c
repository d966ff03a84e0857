// SPDX-License-Identifier: Apache-2.0
// writer BYTES US FILE: writes BYTES to a new file in blocks of 64 KiB, uses CPU time and exits.
#include "common.h"

#include <fcntl.h>

int main(int argc, char** argv) {
  static char block[65536];
  if (argc < 4) return 98;
  char path[4096];
  snprintf(path, sizeof(path), "%s.%d", argv[3], (int)getpid());
  const int file = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
  if (file < 0) fail("open");
  for (uint64_t left = number(argv[1]); left > 0;) {
    const size_t size = left < sizeof(block) ? left : sizeof(block);
    if (write(file, block, size) != (ssize_t)size) fail("write");
    left -= size;
  }
  burn_us(number(argv[2]));
  return 0;
}
