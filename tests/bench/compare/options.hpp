// SPDX-License-Identifier: Apache-2.0
// The command line of compare.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace CLI {
class App;
}

namespace procledger::bench {

inline constexpr std::array kPartNames{"switch", "pipe", "collections", "overhead", "lives", "run"};

struct Setup {
  std::string daemon;              ///< path of the program under test
  std::string against;             ///< path of another build to compare with; empty: compare with other programs
  std::size_t rounds{};            ///< of every part
  std::vector<std::string> parts;  ///< what to measure; empty: all

  [[nodiscard]] bool measures(const std::string& part) const;
};

/// @param daemon  the program under test, if the command line names no other
/// @throws CLI::ParseError  also for --help
[[nodiscard]] Setup parse_options(CLI::App& app, const std::string& daemon, const std::vector<std::string>& arguments);

/// The output of `PROGRAM --version`.
/// @error kUsage, with the program: no such file, not executable, or not procledger
[[nodiscard]] Result<std::string> procledger_version(const std::string& program);

}  // namespace procledger::bench
