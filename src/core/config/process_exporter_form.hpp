// SPDX-License-Identifier: Apache-2.0
// process-exporter's two ways of saying what to watch: a file with `process_names`, and the flags -procnames and -namemapping.
// Small: the foreign form of configuration, apart from our own.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "core/config/config.hpp"
#include "core/config/value.hpp"
#include "core/rules/pattern.hpp"
#include "core/rules/rule.hpp"

namespace procledger::config {

/// A file of process-exporter's form: a map with the key `process_names`.
[[nodiscard]] Config read_process_names(const Value& root);

/// `names`: "comm,comm,...", each a group of that name. `mapping`: "comm,regex,...": a process with that comm is in the group
/// "comm:text", the text being the first capture that is not empty, and in no group without one; it wins over `names`. What neither
/// names is left out.
/// @param patterns  to check the patterns with, and to compile the book with later
/// @error  kUsage, in one line
[[nodiscard]] Result<rules::RuleBook> rule_book_of_flags(std::string_view names, std::string_view mapping,
                                                         rules::PatternCompiler& patterns);

}  // namespace procledger::config
