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

namespace procledger::config {

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
