// SPDX-License-Identifier: Apache-2.0
// holder ANON SHARED FILE PATH FDS THREADS: holds ANON, SHARED and FILE bytes of the three kinds of memory (the file PATH is mapped and
// read), FDS open files beside the standard three, and THREADS sleeping threads, itself included; prints "ready" and sleeps. The first line
// on standard error has the numbers of voluntary and involuntary context switches at the start of main.
#include "common.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>

static void* doze(void* unused) {
  for (;;) pause();
  return unused;
}

static void touch(volatile char* memory, size_t bytes, int write_to) {
  for (size_t at = 0; at < bytes; at += 4096) {
    if (write_to) memory[at] = 1;
    (void)memory[at];
  }
}

static char* map(size_t bytes, int flags, int file) {
  if (bytes == 0) return NULL;
  char* memory = mmap(NULL, bytes, file >= 0 ? PROT_READ : PROT_READ | PROT_WRITE, flags, file, 0);
  if (memory == MAP_FAILED) fail("mmap");
  return memory;
}

int main(int argc, char** argv) {
  if (argc < 7) return 98;
  struct rusage at_start;
  if (getrusage(RUSAGE_SELF, &at_start) < 0) fail("getrusage");
  dprintf(2, "%ld %ld\n", at_start.ru_nvcsw, at_start.ru_nivcsw);
  const size_t anonymous = number(argv[1]);
  const size_t shared = number(argv[2]);
  const size_t in_file = number(argv[3]);
  touch(map(anonymous, MAP_PRIVATE | MAP_ANONYMOUS, -1), anonymous, 1);
  touch(map(shared, MAP_SHARED | MAP_ANONYMOUS, -1), shared, 1);
  if (in_file > 0) {
    const int file = open(argv[4], O_RDONLY);
    if (file < 0) fail("open");
    touch(map(in_file, MAP_SHARED, file), in_file, 0);
    close(file);
  }
  for (uint64_t i = 0; i < number(argv[5]); i++) {
    if (open("/dev/null", O_RDONLY) < 0) fail("open");
  }
  for (uint64_t i = 1; i < number(argv[6]); i++) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 65536);
    if (pthread_create(&thread, &attributes, doze, NULL) != 0) fail("pthread_create");
  }
  if (write(1, "ready\n", 6) != 6) fail("write");
  doze(NULL);
}
