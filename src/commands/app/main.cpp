// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>

#include <string>
#include <vector>

#include "commands/app/program.hpp"

int main(int argc, char** argv) {
  // Set before the first thread starts: one arena per thread costs more memory than the saved contention is worth.
  ::mallopt(M_ARENA_MAX, 2);
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return procledger::commands::run_program(arguments);
}
