// SPDX-License-Identifier: Apache-2.0
// The source that needs no rights and no kernel support: it only looks, and estimates what it could not see.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "core/event/source.hpp"

namespace procledger::proc {

struct ProcOptions {
  std::string procfs{"/proc"};
};

/// @error  kPermission, kUnsupported: there is no /proc that we could read; the message says what to do
[[nodiscard]] Result<std::unique_ptr<event::Source>> open_proc_source(const ProcOptions& options);

}  // namespace procledger::proc
