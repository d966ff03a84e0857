// SPDX-License-Identifier: Apache-2.0
// Small: two texts that the build embeds.
#pragma once

#include <string_view>

namespace procledger::config {

/// The default configuration as a file with explanations. `--print-default-config` prints it. The text parses to Config{}.
[[nodiscard]] std::string_view default_config_text();

/// The JSON schema (draft 2020-12) of configuration files, for editors. The reader is stricter: it also checks patterns and templates.
[[nodiscard]] std::string_view json_schema();

}  // namespace procledger::config
