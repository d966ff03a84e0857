// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace procledger::config {

/// The default configuration as a file with explanations: what `--print-default-config` prints. Reads back as Config{}.
[[nodiscard]] std::string_view default_config_text();

/// What a file may hold, as a JSON schema (draft 2020-12) for editors. The reader is stricter: it knows patterns and templates.
[[nodiscard]] std::string_view json_schema();

}  // namespace procledger::config
