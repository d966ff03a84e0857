// SPDX-License-Identifier: Apache-2.0
// leader_exits THREADS US: the leader exits first and the process lives on in its threads. Each thread uses US of CPU time before and US
// after the leader's exit.
#include "common.h"

#include <pthread.h>
#include <sys/syscall.h>

static uint64_t us;

static void* work(void* unused) {
  (void)unused;
  burn_us(us);
  usleep(100000);  // the leader has exited by now
  burn_us(us);
  return NULL;
}

int main(int argc, char** argv) {
  if (argc < 3) return 98;
  us = number(argv[2]);
  burn_us(us);
  for (uint64_t i = 0; i < number(argv[1]); i++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, NULL) != 0) fail("pthread_create");
  }
  syscall(SYS_exit, 0);  // this thread only; pthread_exit needs libgcc_s at run time in a static program
  return 0;
}
