// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace procledger::commands {

/// The path that means stdout.
inline constexpr std::string_view kStdout = "-";

/// That the stream of the report is open: stderr for an empty path, stdout for "-". To be called before any descriptor is opened.
/// @error  kIo
[[nodiscard]] Result<void> check_report_stream(const std::string& path);

/// A file for a report, empty; none if the path is empty or "-". It is made before the command runs, so that a bad name costs nothing.
[[nodiscard]] Result<UniqueFd> open_output(const std::string& path);

/// Waits for room also where writing does not block: what O_NONBLOCK is set on may be shared with the command.
/// @param patience  for each wait; none: as long as it takes
/// @return  false: errno says why not; EAGAIN: there was no room in time
bool write_all(int fd, std::string_view text, std::optional<std::chrono::milliseconds> patience = std::nullopt);

/// Where one of the standard three is closed, the next file that is opened would take its number, and what is written to it.
void fill_standard_descriptors();

}  // namespace procledger::commands
