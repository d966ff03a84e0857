// SPDX-License-Identifier: Apache-2.0
// Reads process-exporter's two kinds of rules: a file with `process_names`, and the flags -procnames and -namemapping.
// Small: process-exporter's form, apart from procledger's own.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "core/config/config.hpp"
#include "core/config/value.hpp"
#include "core/rules/pattern.hpp"
#include "core/rules/rule.hpp"

namespace procledger::config {

/// Reads a file in process-exporter's form: a map with the key `process_names`.
[[nodiscard]] Config read_process_names(const Value& root);

/// Makes rules from the values of the flags. `names` is "comm,comm,...": each comm is a group of that name. `mapping` is "comm,regex,...":
/// a process with that comm is in the group "comm:text", where text is the first non-empty capture, and in no group without such a
/// capture. `mapping` wins over `names`. Other processes are in no group.
/// @param patterns  checks the patterns, and later compiles the rules
/// @error  kUsage, in one line
[[nodiscard]] Result<rules::RuleBook> rule_book_of_flags(std::string_view names, std::string_view mapping,
                                                         rules::PatternCompiler& patterns);

}  // namespace procledger::config
