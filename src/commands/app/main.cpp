// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>

#include <string>
#include <vector>

#include "commands/app/program.hpp"

int main(int argc, char** argv) {
  // Before the first thread: an arena for each of them would cost more memory than the contention that it saves.
  ::mallopt(M_ARENA_MAX, 2);
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return procledger::commands::run_program(arguments);
}
