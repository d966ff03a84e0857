// SPDX-License-Identifier: Apache-2.0
// How flags are refused.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace procledger::daemon {

[[nodiscard]] inline tl::unexpected<Error> usage(std::string message) { return fail(ErrorKind::kUsage, std::move(message)); }

[[nodiscard]] inline std::string in_quotes(std::string_view word) { return "\"" + std::string{word} + "\""; }

}  // namespace procledger::daemon
