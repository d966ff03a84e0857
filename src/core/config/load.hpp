// SPDX-License-Identifier: Apache-2.0
// Strict reader of configuration files, in procledger's own form and in process-exporter's form (`process_names`). One pass reports all
// errors, in the order of the file. docs/configuration.md explains the keys.
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

/// Reads a file in procledger's own form.
[[nodiscard]] Config read_own_form(const Value& root);

/// Warns about rules that no process can reach, and about rules that exclude everything they match. `groups` has the place of each rule.
/// Call it only if all rules were read without an error: a rule with a missing part looks wider than the rule in the file.
void check_reach(const std::vector<rules::Rule>& rules, const std::vector<Value>& groups);

inline constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;

/// A valid configuration, with its warnings.
struct Sound {
  Config config;
  std::vector<Diagnostic> warnings;
};

/// A valid configuration, or all diagnostics: errors and warnings.
using Loaded = tl::expected<Sound, std::vector<Diagnostic>>;

[[nodiscard]] Loaded load_text(std::string_view text);

/// As load_text; a file that cannot be read is a diagnostic, too.
[[nodiscard]] Loaded load_file(const std::string& path);

}  // namespace procledger::config
