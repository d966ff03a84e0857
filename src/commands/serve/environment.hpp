// SPDX-License-Identifier: Apache-2.0
// What the environment says, and what of that stands for flags: variables that containers of thread-exporter are started with.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "commands/serve/options.hpp"

namespace procledger::commands {

/// Its value; empty where it is not set.
[[nodiscard]] std::string_view environment_variable(const char* name);

/// FILTER and PORT, as they are set.
[[nodiscard]] Environment read_environment();

/// FILTER stands for --threads.filter, and beside it PORT for --web.listen-address, each where the flag was not given. PORT alone counts
/// for nothing: platforms set it for whatever they start.
/// @error  kUsage: what is set is no filter, or no port
[[nodiscard]] Result<void> fill_in(Options& options, const Environment& environment, bool filter_given, bool address_given);

}  // namespace procledger::commands
