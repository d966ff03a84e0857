// SPDX-License-Identifier: Apache-2.0
// family MODE COUNT PROGRAM: starts COUNT children in a mode that is hard to account for, reaps them, prints getrusage(RUSAGE_CHILDREN)
// ("USER_US SYSTEM_US\n") and sleeps until it is killed. Children exec PROGRAM.
#include "common.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static char* program;

static pid_t make(void) {
  const pid_t pid = fork();
  if (pid < 0) fail("fork");
  return pid;
}

static void await_all(void) {
  while (wait(NULL) >= 0 || errno == EINTR) {
  }
}

static void run_program(void) {
  char* const argv[] = {program, NULL};
  execv(program, argv);
  _exit(127);
}

static void* burn(void* us) {
  burn_us((uint64_t)(uintptr_t)us);
  return NULL;
}

static void* burn_and_exec(void* unused) {
  (void)unused;
  burn_us(100);
  run_program();
  return NULL;
}

static pthread_t start(void* (*work)(void*), uint64_t us) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, work, (void*)(uintptr_t)us) != 0) fail("pthread_create");
  return thread;
}

static void shell(void) {
  if (make() == 0) run_program();
  await_all();
}

static void threads(void) {
  if (make() == 0) {
    pthread_t all[4];
    for (int i = 0; i < 4; i++) all[i] = start(burn, 100);
    for (int i = 0; i < 4; i++) pthread_join(all[i], NULL);
    _exit(0);
  }
  await_all();
}

static void thread_exec(void) {
  if (make() == 0) {
    start(burn_and_exec, 0);
    for (;;) pause();
  }
  await_all();
}

static void leader_first(void) {
  if (make() == 0) {
    start(burn, 500);
    syscall(SYS_exit, 0);
  }
  await_all();
}

static void subreaper(void) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (make() == 0) {
    if (make() == 0) burn_us(200);
    _exit(0);
  }
  await_all();
}

// The tracer waits for the child first; the kernel credits the real parent.
static void tracer(void) {
  int go[2];
  if (pipe(go) != 0) fail("pipe");
  const pid_t child = make();
  if (child == 0) {
    char byte;
    close(go[1]);
    if (read(go[0], &byte, 1) < 0) _exit(1);
    burn_us(200);
    _exit(0);
  }
  if (make() == 0) {
    if (ptrace(PTRACE_SEIZE, child, NULL, NULL) != 0) fail("ptrace");
    close(go[1]);
    close(go[0]);
    _exit(waitpid(child, NULL, __WALL) == child ? 0 : 1);
  }
  close(go[0]);
  usleep(2000);
  close(go[1]);
  await_all();
}

static void ignore(void) {
  signal(SIGCHLD, SIG_IGN);
  if (make() == 0) {
    burn_us(200);
    _exit(0);
  }
  await_all();
}

static void no_wait(void) {
  struct sigaction action = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
  sigaction(SIGCHLD, &action, NULL);
  if (make() == 0) {
    burn_us(200);
    _exit(0);
  }
  await_all();
}

static void* wait_for(void* pid) {
  waitpid((pid_t)(intptr_t)pid, NULL, 0);
  return NULL;
}

static void other_thread(void) {
  const pid_t child = make();
  if (child == 0) {
    burn_us(200);
    _exit(0);
  }
  pthread_join(start(wait_for, (uint64_t)child), NULL);
}

static void pin_to(long cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET((size_t)cpu, &set);
  if (sched_setaffinity(0, sizeof(set), &set) != 0) fail("sched_setaffinity");
}

// The middle process exits as soon as it has reaped its child. It polls for the child from another CPU, so it reaps the child before the
// child's last switch. Then either CPU may release its task first, and some children are released after their parents.
static void quick(void) {
  if (make() == 0) {
    pin_to(0);
    const pid_t child = make();
    if (child == 0) {
      pin_to(sysconf(_SC_NPROCESSORS_ONLN) - 1);
      burn_us(200);
      _exit(0);
    }
    while (waitpid(child, NULL, WNOHANG) == 0) {
    }
    _exit(0);
  }
  await_all();
}

static const struct {
  const char* name;
  void (*live)(void);
} modes[] = {{"shell", shell},   {"threads", threads}, {"texec", thread_exec}, {"leader", leader_first},  {"subreap", subreaper},
             {"tracer", tracer}, {"ignore", ignore},   {"nowait", no_wait},    {"othread", other_thread}, {"quick", quick}};

int main(int argc, char** argv) {
  if (argc < 4) return 98;
  program = argv[3];
  for (size_t mode = 0; mode < sizeof(modes) / sizeof(*modes); mode++) {
    if (strcmp(modes[mode].name, argv[1]) != 0) continue;
    for (uint64_t i = 0; i < number(argv[2]); i++) modes[mode].live();
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    char text[64];
    const int length = snprintf(text, sizeof(text), "%lld %lld\n", used.ru_utime.tv_sec * 1000000LL + used.ru_utime.tv_usec,
                                used.ru_stime.tv_sec * 1000000LL + used.ru_stime.tv_usec);
    if (write(1, text, (size_t)length) != length) fail("write");
    for (;;) pause();
  }
  return 97;
}
