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
  std::string against;             ///< path of another build of it to be measured beside; empty: beside other programs
  std::size_t rounds{};            ///< of everything
  std::vector<std::string> parts;  ///< what to measure; empty: all

  [[nodiscard]] bool measures(const std::string& part) const;
};

/// @param daemon  the program under test unless the command line names another
/// @throws CLI::ParseError  also for --help
[[nodiscard]] Setup parse_options(CLI::App& app, const std::string& daemon, const std::vector<std::string>& arguments);

/// What `PROGRAM --version` says.
/// @error kUsage, naming the program: there is none, it cannot be run, or is not procledger
[[nodiscard]] Result<std::string> procledger_version(const std::string& program);

}  // namespace procledger::bench
