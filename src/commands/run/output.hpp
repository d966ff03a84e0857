// SPDX-License-Identifier: Apache-2.0
// Where a report goes: stderr, stdout or a file.
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

/// Checks that the stream of the report is open: stderr for an empty path, stdout for "-". Call it before opening any descriptor, since a
/// new descriptor would take the number of a closed stream.
/// @error  kIo: the stream is closed
[[nodiscard]] Result<void> check_report_stream(const std::string& path);

/// Creates the file of the report, or truncates it. `run` does this before the command starts, so that a wrong path costs no run.
/// @return  an empty descriptor if the path is empty or "-"
/// @error  as open(2)
[[nodiscard]] Result<UniqueFd> open_output(const std::string& path);

/// Writes all of `text`. On a non-blocking descriptor, waits for room: the command may share the descriptor and set O_NONBLOCK on it.
/// @param patience  the limit of each wait; absent: no limit
/// @return  false: errno has the error; EAGAIN: no room in time
bool write_all(int fd, std::string_view text, std::optional<std::chrono::milliseconds> patience = std::nullopt);

/// Opens /dev/null on each closed standard descriptor. Otherwise the next opened file would become stdin, stdout or stderr.
void fill_standard_descriptors();

}  // namespace procledger::commands
