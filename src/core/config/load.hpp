// SPDX-License-Identifier: Apache-2.0
// Configuration files, procledger's own form and process-exporter's `process_names`, read strictly. What is wrong is reported all at
// once, in the order of the file. Keys and their meaning: docs/configuration.md.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/config/config.hpp"
#include "core/config/diagnostic.hpp"
#include "core/config/value.hpp"

namespace procledger::config {

/// procledger's own form.
[[nodiscard]] Config read_own_form(const Value& root);

/// Warns about rules that no process ever comes to, and rules that exclude all that they match. `groups` are where they stand. Only for
/// rules that are read whole: what is missing looks like a wider rule.
void check_reach(const std::vector<rules::Rule>& rules, const std::vector<Value>& groups);

inline constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;

struct Sound {
  Config config;
  std::vector<Diagnostic> warnings;
};

/// Or all errors, the warnings among them.
using Loaded = tl::expected<Sound, std::vector<Diagnostic>>;

[[nodiscard]] Loaded load_text(std::string_view text);

/// As load_text; a file that cannot be read is a diagnostic, too.
[[nodiscard]] Loaded load_file(const std::string& path);

}  // namespace procledger::config
