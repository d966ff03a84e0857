// SPDX-License-Identifier: Apache-2.0
// How flags are refused.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace procledger::commands {

[[nodiscard]] inline tl::unexpected<Error> usage(std::string message) { return fail(ErrorKind::kUsage, std::move(message)); }

[[nodiscard]] inline std::string in_quotes(std::string_view word) { return "\"" + std::string{word} + "\""; }

/// The value of --source, where each of them will do.
[[nodiscard]] inline Result<void> check_source(std::string_view source) {
  constexpr std::array<std::string_view, 4> kSources{"auto", "bpf", "taskstats", "proc"};
  if (std::find(kSources.begin(), kSources.end(), source) != kSources.end()) return {};
  return usage("--source: " + in_quotes(source) + " is none of auto, bpf, taskstats, proc");
}

}  // namespace procledger::commands
