// SPDX-License-Identifier: Apache-2.0
// thread_exec US PROGRAM [ARG...]: the leader and a second thread use CPU time, then the second thread calls exec: the thread takes over
// the leader's PID and start time, and the kernel releases the old leader under the thread's old TID.
#include "common.h"

#include <pthread.h>

static uint64_t us;

static void* work(void* argv) {
  burn_us(us);
  execv(((char**)argv)[0], argv);
  _exit(127);
}

int main(int argc, char** argv) {
  if (argc < 3) return 98;
  us = number(argv[1]);
  burn_us(us);
  pthread_t thread;
  if (pthread_create(&thread, NULL, work, argv + 2) != 0) fail("pthread_create");
  burn_us(us);
  for (;;) pause();
}
