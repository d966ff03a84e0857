// SPDX-License-Identifier: Apache-2.0
// `procledger doctor`: what this host, its kernel and these rights allow, and what is missing for more.
#pragma once

#include <string>

#include "base/result.hpp"
#include "commands/cli/command.hpp"

namespace procledger::commands {

struct DoctorOptions {
  bool json{};  ///< for machines
  std::string procfs{"/proc"};

  friend bool operator==(const DoctorOptions&, const DoctorOptions&) = default;
};

void define(FlagTable& table, DoctorOptions& options);
/// @error  kUsage
[[nodiscard]] Result<DoctorOptions> interpret(const FlagTable& table, const DoctorOptions& options, const FlagTable::Rest& rest);

/// @error  kUsage: the best source does not work; the reasons were printed
[[nodiscard]] Result<void> doctor(const DoctorOptions& options);

[[nodiscard]] Command doctor_command();

}  // namespace procledger::commands
