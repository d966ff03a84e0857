// SPDX-License-Identifier: Apache-2.0
// The two forms of a file.
#pragma once

#include <vector>

#include "core/config/config.hpp"
#include "core/config/value.hpp"

namespace procledger::config {

[[nodiscard]] Config read_own_form(const Value& root);

/// process-exporter's: a map with the key `process_names`.
[[nodiscard]] Config read_process_names(const Value& root);

/// Warns about rules that no process ever comes to, and rules that exclude all that they match. `groups` are where they stand. Only for
/// rules that are read whole: what is missing looks like a wider rule.
void check_reach(const std::vector<rules::Rule>& rules, const std::vector<Value>& groups);

}  // namespace procledger::config
