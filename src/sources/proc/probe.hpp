// SPDX-License-Identifier: Apache-2.0
// What /proc tells here, found out by trying.
#pragma once

#include <string>

#include "base/result.hpp"
#include "core/event/host.hpp"
#include "sources/proc/process_files.hpp"

namespace procledger::proc {

struct Facts {
  event::KernelFacts kernel;
  Readable readable;
  bool our_numbers{};  ///< processes have the numbers here that they have for our system calls
};

/// @error  kPermission, kUnsupported: there is no /proc that we could read; the message says what to do
[[nodiscard]] Result<Facts> probe(const std::string& procfs);

}  // namespace procledger::proc
