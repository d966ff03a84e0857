// SPDX-License-Identifier: Apache-2.0
// hog BYTES: touches BYTES of memory in small pages and exits. The kernel frees the memory in the exiting task, after sched_process_exit.
#include "common.h"

#include <sys/mman.h>

int main(int argc, char** argv) {
  if (argc < 2) return 98;
  const size_t bytes = number(argv[1]);
  char* memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  madvise(memory, bytes, MADV_NOHUGEPAGE);
  for (size_t at = 0; at < bytes; at += 4096) memory[at] = 1;
  return 0;
}
