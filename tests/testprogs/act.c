// SPDX-License-Identifier: Apache-2.0
// act STEP...: runs steps one after another. A block in braces belongs to the step before it.
//   pause           prints "paused" and waits for a byte from descriptor 10
//   park            prints "paused" and waits for the end of file of descriptor 11
//   burn US         uses CPU time
//   sleep US
//   name COMM       changes the comm
//   user UID        changes the user, in all threads
//   enter FILE      joins the cgroup of this cgroup.procs
//   chroot DIR      changes the root directory
//   env NAME=VALUE  sets a variable for later programs
//   exec PROGRAM... calls exec with the rest of the block
//   exit STATUS
//   fork {...}      starts a child that exits at the end of its block
//   daemon {...}    starts a grandchild whose parent exits: the grandchild has a new parent before its block begins
//   thread NAME {...}
//   times N {...}
//   join            waits until all children and threads have exited
#include "common.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define MOST_THREADS 64

static pthread_t threads[MOST_THREADS];
static int running_threads;

static char** run(char** at);

static int is(const char* step, const char* name) { return strcmp(step, name) == 0; }

// Returns the position after the brace that closes the block; `at` is its first step.
static char** end_of_block(char** at) {
  for (int depth = 1; depth > 0; at++) {
    if (*at == NULL) exit(98);
    if (is(*at, "{")) depth++;
    if (is(*at, "}")) depth--;
  }
  return at;
}

static char** block(char** at) {
  if (*at == NULL || !is(*at, "{")) exit(98);
  return at + 1;
}

static pid_t make(void) {
  const pid_t pid = fork();
  if (pid < 0) fail("fork");
  return pid;
}

static void wait_on(int fd, int until_end) {
  char byte;
  if (write(1, "paused\n", 7) != 7) fail("write");
  do {
    const ssize_t got = read(fd, &byte, 1);
    if (got < 0 || (got == 0 && !until_end)) _exit(97);
    if (got == 0) return;
  } while (until_end);
}

static void enter(const char* file) {
  const int procs = open(file, O_WRONLY | O_CLOEXEC);
  if (procs < 0 || write(procs, "0", 1) != 1) fail(file);
  close(procs);
}

static void start_daemon(char** steps) {
  const pid_t middle = make();
  if (middle > 0) {
    waitpid(middle, NULL, 0);
    return;
  }
  const pid_t parent = getpid();
  if (make() > 0) _exit(0);
  setsid();
  while (getppid() == parent) usleep(500);
  run(steps);
  exit(0);
}

static void* begin_thread(void* steps) {
  char** at = steps;
  prctl(PR_SET_NAME, *at);
  run(block(at + 1));
  return NULL;
}

static void start_thread(char** named_block) {
  if (running_threads == MOST_THREADS) exit(98);
  if (pthread_create(&threads[running_threads++], NULL, begin_thread, named_block) != 0) fail("pthread_create");
}

static void join(void) {
  while (running_threads > 0) pthread_join(threads[--running_threads], NULL);
  while (wait(NULL) >= 0 || errno == EINTR) {
  }
}

static void execute(char** at) {
  int depth = 0;
  char** end = at;
  for (; *end != NULL; end++) {
    if (is(*end, "{")) depth++;
    if (is(*end, "}") && depth-- == 0) break;
  }
  *end = NULL;  // the program ends here, so the rest of the steps is not needed
  execv(at[0], at);
  fail(at[0]);
}

// Runs a step with a block. Returns the position after the block.
static char** run_block(const char* step, char** at) {
  if (is(step, "thread")) {
    start_thread(at);
    return end_of_block(block(at + 1));
  }
  const uint64_t count = is(step, "times") ? number(*at++) : 1;
  char** inside = block(at);
  for (uint64_t i = 0; i < count; i++) {
    if (is(step, "times")) {
      run(inside);
    } else if (is(step, "daemon")) {
      start_daemon(inside);
    } else if (make() == 0) {
      run(inside);
      exit(0);
    }
  }
  return end_of_block(inside);
}

static void run_step(const char* step, char* argument) {
  if (is(step, "burn")) {
    burn_us(number(argument));
  } else if (is(step, "sleep")) {
    usleep((useconds_t)number(argument));
  } else if (is(step, "name")) {
    prctl(PR_SET_NAME, argument);
  } else if (is(step, "user")) {
    if (setuid((uid_t)number(argument)) != 0) fail("setuid");
  } else if (is(step, "enter")) {
    enter(argument);
  } else if (is(step, "chroot")) {
    if (chroot(argument) != 0 || chdir("/") != 0) fail(argument);
  } else if (is(step, "env")) {
    putenv(argument);
  } else if (is(step, "exit")) {
    exit((int)number(argument));
  } else {
    fprintf(stderr, "no such step: %s\n", step);
    exit(98);
  }
}

static char** run(char** at) {
  while (*at != NULL && !is(*at, "}")) {
    const char* step = *at++;
    if (is(step, "pause")) {
      wait_on(10, 0);
    } else if (is(step, "park")) {
      wait_on(11, 1);
    } else if (is(step, "join")) {
      join();
    } else if (is(step, "fork") || is(step, "daemon") || is(step, "times") || is(step, "thread")) {
      at = run_block(step, at);
    } else if (*at == NULL) {
      exit(98);
    } else if (is(step, "exec")) {
      execute(at);
    } else {
      run_step(step, *at++);
    }
  }
  return at;
}

int main(int argc, char** argv) {
  if (argc < 2) return 98;
  run(argv + 1);
  return 0;
}
