// SPDX-License-Identifier: Apache-2.0
// The shared page of spinner.c and its test; C and C++.
#pragma once

#include <stdint.h>

#define SPINNER_STOP UINT64_MAX

struct spinner_page {
  uint64_t asked;      // raised by the test; SPINNER_STOP ends the program
  uint64_t answered;   // set to `asked` after the values below are written
  uint64_t before_ns;  // CLOCK_MONOTONIC around the reading
  uint64_t own_ns;     // CLOCK_PROCESS_CPUTIME_ID
  uint64_t after_ns;
  uint64_t away_ns;  // sum of pauses in which another task had the CPU
};
