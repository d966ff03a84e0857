// SPDX-License-Identifier: Apache-2.0
// What a process runs, as of its last exec. Shared by all that were forked from it since.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace procledger::ledger {

struct Program {
  std::string filename;             ///< as passed to execve; empty if no exec was seen
  std::optional<std::string> args;  ///< NUL between arguments; absent when unknown
  std::optional<std::string> path;  ///< of the file, as the process sees it; absent when unknown
  std::optional<std::string> env;   ///< NUL between variables; absent when unknown
  bool args_cut{};
  bool path_cut{};
  bool env_cut{};
};

using ProgramPtr = std::shared_ptr<const Program>;

}  // namespace procledger::ledger
