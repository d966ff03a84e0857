// SPDX-License-Identifier: Apache-2.0
// launch READY_FD GO_FD COUNT PARALLEL PROGRAM [ARG...]: runs a program COUNT times, PARALLEL at once. Writes a byte to READY_FD when it is
// ready, and starts at the first byte from GO_FD, so that a test reads its baselines while no child runs. Prints the numbers of children by
// exit status to READY_FD: "OK ERROR SIGNAL\n". End of file on GO_FD means that the test has exited.
#include "common.h"

#include <fcntl.h>
#include <sys/wait.h>

// The status of a child that could not run the program, as in a shell. It ends the launcher as well.
#define NO_PROGRAM 127

static uint64_t ended[3];  // with status 0, with another status, by a signal

static void start_one(char** argv) {
  const pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid > 0) return;
  execv(argv[0], argv);
  perror(argv[0]);
  _exit(NO_PROGRAM);
}

static void await_one(void) {
  int status = 0;
  pid_t pid;
  do pid = wait(&status);
  while (pid < 0 && errno == EINTR);
  if (pid < 0) fail("wait");
  if (WIFEXITED(status) && WEXITSTATUS(status) == NO_PROGRAM) exit(NO_PROGRAM);
  ended[WIFSIGNALED(status) ? 2 : WEXITSTATUS(status) != 0 ? 1 : 0]++;
}

int main(int argc, char** argv) {
  if (argc < 6) return 98;
  const int ready = (int)number(argv[1]);
  const int go = (int)number(argv[2]);
  const uint64_t count = number(argv[3]);
  const uint64_t parallel = number(argv[4]);
  fcntl(ready, F_SETFD, FD_CLOEXEC);
  fcntl(go, F_SETFD, FD_CLOEXEC);
  char byte = 'r';
  if (write(ready, &byte, 1) != 1) fail("write");
  if (read(go, &byte, 1) != 1) return 97;

  uint64_t running = 0;
  for (uint64_t started = 0; started < count; started++) {
    if (running == parallel) {
      await_one();
      running--;
    }
    start_one(argv + 5);
    running++;
  }
  while (running-- > 0) await_one();
  dprintf(ready, "%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", ended[0], ended[1], ended[2]);
  return 0;
}
