// SPDX-License-Identifier: Apache-2.0
// The forms of the reference: manual pages, completions, and pages of the documentation.
#pragma once

#include <string>

#include "core/metrics/metric_table.hpp"
#include "reference/commands.hpp"

namespace procledger::reference {

/// procledger.1.
[[nodiscard]] std::string man_page();
/// procledger-NAME.1, for a command with its own flags.
[[nodiscard]] std::string man_page(const Command& command);

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();
[[nodiscard]] std::string fish_completion();

/// docs/command-line.md.
[[nodiscard]] std::string command_line_doc();
/// docs/metrics.md.
[[nodiscard]] std::string metrics_doc(const metrics::MetricTable& table = metrics::metric_table());

/// `text` with each `from` replaced.
[[nodiscard]] std::string replaced(std::string text, std::string_view from, std::string_view to);

}  // namespace procledger::reference
