// SPDX-License-Identifier: Apache-2.0
// `procledger doctor`: checks which sources work with this host, its kernel and the rights of the caller, and what the others need.
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
