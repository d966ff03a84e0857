// SPDX-License-Identifier: Apache-2.0
// What the program can do, each to its end. An error is why it could not begin.
#pragma once

#include "base/result.hpp"
#include "daemon/options.hpp"

namespace procledger::daemon {

/// The daemon: until SIGTERM or SIGINT.
[[nodiscard]] Result<void> serve(const Options& options);

/// Says what is wrong with a configuration file, and what this host would have by it if that is asked for.
/// @error  kUsage: something is wrong; all of it was printed
[[nodiscard]] Result<void> check_config(const Options& options);

/// Says what this host, its kernel and these rights allow, what is missing for more, and what grants it.
/// @error  kUsage: the best source does not work; all of why was printed
[[nodiscard]] Result<void> doctor(const Options& options);

/// One exposition to stdout, in text format.
[[nodiscard]] Result<void> once(const Options& options);

}  // namespace procledger::daemon
