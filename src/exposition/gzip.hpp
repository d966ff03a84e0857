// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace procledger::exposition {

/// Below this many bytes compression costs more than it saves.
inline constexpr std::size_t kGzipFrom = 4096;

/// A gzip member at the fastest level: pages shrink to a tenth even so. Absent when zlib has no memory, or for 2 GiB and more.
[[nodiscard]] std::optional<std::string> gzip(std::string_view text);

}  // namespace procledger::exposition
