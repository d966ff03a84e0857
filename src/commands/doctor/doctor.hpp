// SPDX-License-Identifier: Apache-2.0
// `procledger doctor`: checks which sources this host, its kernel and these rights allow, and what is missing for more.
#pragma once

#include <string>

#include "base/result.hpp"
#include "commands/cli/command.hpp"

namespace procledger::commands {

struct DoctorOptions {
  bool json{};  ///< print JSON instead of text
  std::string procfs{"/proc"};

  friend bool operator==(const DoctorOptions&, const DoctorOptions&) = default;
};

void define(FlagTable& table, DoctorOptions& options);
/// @error  kUsage
[[nodiscard]] Result<DoctorOptions> interpret(const FlagTable& table, const DoctorOptions& options, const FlagTable::Rest& rest);

/// Prints the diagnosis of this host on stdout. Loads and attaches the eBPF programs once, if no finding blocks them.
/// @error  kUsage: the best source does not work; the diagnosis has the reasons
[[nodiscard]] Result<void> doctor(const DoctorOptions& options);

[[nodiscard]] Command doctor_command();

}  // namespace procledger::commands
