// SPDX-License-Identifier: Apache-2.0
// Many sleeping processes, and the configuration of process-exporter for all of them.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"
#include "support/child.hpp"

namespace procledger::bench {

inline constexpr std::string_view kEveryCommandByName = "process_names:\n  - name: \"{{.Comm}}\"\n    cmdline:\n    - '.+'\n";

/// Starts processes with 50 names, and returns when all sleep. The processes end with the object.
[[nodiscard]] Result<test::Child> put_to_sleep(std::size_t processes);

}  // namespace procledger::bench
