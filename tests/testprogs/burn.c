// SPDX-License-Identifier: Apache-2.0
// burn US [STATUS]: uses CPU time in user mode and exits.
#include "common.h"

int main(int argc, char** argv) {
  if (argc < 2) return 98;
  burn_us(number(argv[1]));
  return argc > 2 ? (int)number(argv[2]) : 0;
}
