// SPDX-License-Identifier: Apache-2.0
// Helpers of the workload programs. No helper reads a CPU clock: such a read updates the kernel's total and would hide the staleness that
// the tests look for.
#pragma once

#define _GNU_SOURCE 1

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

// A longer pause between two readings of the clock means that another task had the CPU.
#define BURN_GAP_NS 50000u

static inline void fail(const char* what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(99);
}

static inline uint64_t number(const char* text) { return strtoull(text, NULL, 10); }

static inline uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);  // through the vdso: no system call
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

// Uses at least `us` of CPU time in user mode, however many tasks share the CPU: 1 % more than the clock shows, since other tasks may use
// pauses that are too short to notice.
static inline void burn_us(uint64_t us) {
  uint64_t burnt = 0;
  uint64_t last = now_ns();
  while (burnt < us * 1010) {
    const uint64_t now = now_ns();
    if (now - last < BURN_GAP_NS) burnt += now - last;
    last = now;
  }
}
