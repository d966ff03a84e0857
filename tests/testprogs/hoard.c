// SPDX-License-Identifier: Apache-2.0
// hoard COUNT HOLD_MS PROGRAM [ARG...]: stops itself. After SIGCONT it starts COUNT children, prints "dead" when all of them are zombies,
// waits for HOLD_MS ("-": stops itself again), reaps them, prints "reaped" and sleeps until it is killed. The program itself uses almost no
// CPU time.
#include "common.h"

#include <signal.h>
#include <sys/wait.h>

static void say(const char* word) {
  if (write(1, word, strlen(word)) < 0) fail("write");
}

int main(int argc, char** argv) {
  if (argc < 4) return 98;
  raise(SIGSTOP);  // for baselines
  const uint64_t count = number(argv[1]);
  pid_t* children = calloc(count, sizeof(*children));
  for (uint64_t i = 0; i < count; i++) {
    children[i] = fork();
    if (children[i] < 0) fail("fork");
    if (children[i] > 0) continue;
    if (strcmp(argv[3], "-") != 0) execv(argv[3], argv + 3);
    _exit(strcmp(argv[3], "-") == 0 ? 0 : 127);
  }
  siginfo_t end;
  for (uint64_t i = 0; i < count; i++) {
    if (waitid(P_PID, (id_t)children[i], &end, WEXITED | WNOWAIT) != 0) fail("waitid");
  }
  say("dead\n");
  if (strcmp(argv[2], "-") == 0) {
    raise(SIGSTOP);
  } else {
    usleep((useconds_t)(number(argv[2]) * 1000));
  }
  for (uint64_t i = 0; i < count; i++) {
    if (waitpid(children[i], NULL, 0) != children[i]) fail("waitpid");
  }
  say("reaped\n");
  for (;;) pause();
}
