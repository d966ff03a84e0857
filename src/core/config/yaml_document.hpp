// SPDX-License-Identifier: Apache-2.0
// From text to a tree: all of YAML that is harmless. Aliases are replaced by copies, within bounds; tags are refused.
#pragma once

#include <optional>

#include "core/config/node.hpp"
#include "core/config/report.hpp"
#include "core/config/source_text.hpp"

namespace procledger::config {

/// Nothing if the text is not one YAML document; an empty one is kNull.
[[nodiscard]] std::optional<TreeNode> parse_document(const SourceText& source, Report& report);

}  // namespace procledger::config
