// SPDX-License-Identifier: Apache-2.0
// A host full of processes that do nothing, and how process-exporter is told to look at all of them.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"
#include "support/child.hpp"

namespace procledger::bench {

inline constexpr std::string_view kEveryCommandByName = "process_names:\n  - name: \"{{.Comm}}\"\n    cmdline:\n    - '.+'\n";

/// So many processes under 50 names, all asleep when this returns; they end with the object.
[[nodiscard]] Result<test::Child> put_to_sleep(std::size_t processes);

}  // namespace procledger::bench
