// SPDX-License-Identifier: Apache-2.0
// The source `proc`: scans /proc, needs no rights and no kernel support, and estimates short-lived processes from their parents.
// Small: opening the source; the rest of the source is hidden.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "core/event/source.hpp"

namespace procledger::proc {

struct ProcOptions {
  std::string procfs{"/proc"};
};

/// @error  kPermission, kUnsupported: /proc is not readable; the message says what to do
[[nodiscard]] Result<std::unique_ptr<event::Source>> open_proc_source(const ProcOptions& options);

}  // namespace procledger::proc
