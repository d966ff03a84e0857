// SPDX-License-Identifier: Apache-2.0
// pace BURN_US PERIOD_US: uses BURN_US of CPU time at the beginning of every period, until it is killed. Periods do not drift.
#include "common.h"

int main(int argc, char** argv) {
  if (argc < 3) return 98;
  const uint64_t burn = number(argv[1]);
  const uint64_t period_ns = number(argv[2]) * 1000;
  for (uint64_t next = now_ns() + period_ns;; next += period_ns) {
    burn_us(burn);
    const struct timespec until = {.tv_sec = (time_t)(next / 1000000000u), .tv_nsec = (long)(next % 1000000000u)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
    }
  }
}
