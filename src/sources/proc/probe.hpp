// SPDX-License-Identifier: Apache-2.0
// What /proc shows here, found by reading sample files.
// Small: one function, which makes many trials.
#pragma once

#include <string>

#include "base/result.hpp"
#include "core/event/host.hpp"
#include "sources/proc/process_files.hpp"

namespace procledger::proc {

struct Facts {
  event::KernelFacts kernel;
  Readable readable;
  bool our_numbers{};  ///< PIDs of this /proc are PIDs of the caller's pid namespace, so system calls accept them
};

/// @error  kPermission, kUnsupported: /proc is not readable; the message says what to do
[[nodiscard]] Result<Facts> probe(const std::string& procfs);

}  // namespace procledger::proc
