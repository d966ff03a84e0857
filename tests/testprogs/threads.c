// SPDX-License-Identifier: Apache-2.0
// threads COUNT PARALLEL US: starts COUNT threads, PARALLEL at once; each thread uses US of CPU time and exits.
#include "common.h"

#include <pthread.h>

static void* work(void* us) {
  burn_us(*(const uint64_t*)us);
  return NULL;
}

int main(int argc, char** argv) {
  if (argc < 4) return 98;
  const uint64_t count = number(argv[1]);
  const uint64_t parallel = number(argv[2]);
  uint64_t us = number(argv[3]);
  pthread_t batch[64];
  for (uint64_t started = 0; started < count;) {
    uint64_t size = 0;
    while (size < parallel && size < 64 && started < count) {
      if (pthread_create(&batch[size], NULL, work, &us) != 0) fail("pthread_create");
      size++;
      started++;
    }
    while (size > 0) pthread_join(batch[--size], NULL);
  }
  return 0;
}
