// SPDX-License-Identifier: Apache-2.0
// The log of the daemon. Callers get the logger as a parameter, and any thread may write to it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log/line.hpp"
#include "base/result.hpp"

namespace procledger::log {

/// Limits how often an event is logged, so that an event that occurs 1000 times a second does not fill the log. The first occurrence of
/// each key passes, then at most one a minute. Owned by Logger.
class Limiter {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::minutes kPause{1};

  /// @return  the number of occurrences suppressed since the last admitted occurrence; absent: suppress this occurrence, too
  [[nodiscard]] std::optional<std::uint64_t> admit(std::string_view key, Time now);

 private:
  struct Seen {
    Time passed;
    std::uint64_t suppressed{};
  };
  std::map<std::string, Seen, std::less<>> seen_;  ///< keys are constants of the code, so there are few
};

inline constexpr std::string_view kStderr = "stderr";
inline constexpr std::string_view kStdout = "stdout";

struct LogOptions {
  Level level{Level::kInfo};  ///< lower levels are not written
  Format format{Format::kLogfmt};
  std::vector<std::string> files;  ///< each gets every line, appended; kStderr and kStdout name the streams; empty: stderr

  friend bool operator==(const LogOptions&, const LogOptions&) = default;
};

/// Renders events as lines and writes each line to every file of its options. Owns the limiter and, through `Write`, the files. Any thread
/// may call it.
class Logger {
 public:
  /// Writes one whole line, without newline. Any thread may call it.
  using Write = std::function<void(std::string_view line)>;
  /// Closes the files and opens them again by name.
  using Reopen = std::function<Result<void>()>;

  struct Clocks {
    std::function<std::chrono::system_clock::time_point()> wall{std::chrono::system_clock::now};
    std::function<Limiter::Time()> steady{std::chrono::steady_clock::now};
  };

  Logger(Level level, Format format, Write write) : Logger{level, format, std::move(write), Clocks{}} {}
  Logger(Level level, Format format, Write write, Clocks clocks, Reopen reopen = {});

  void debug(std::string_view event, Fields fields = {}) { log(Level::kDebug, event, fields); }
  void info(std::string_view event, Fields fields = {}) { log(Level::kInfo, event, fields); }
  void warn(std::string_view event, Fields fields = {}) { log(Level::kWarn, event, fields); }
  void error(std::string_view event, Fields fields = {}) { log(Level::kError, event, fields); }
  void log(Level level, std::string_view event, Fields fields);

  /// As `log`, but at most once a minute for each event. The next line of the event has the number of suppressed lines.
  void log_limited(Level level, std::string_view event, Fields fields);

  /// Opens the files again after a log rotation has moved them. Following lines go to new files of the same names. No effect on streams.
  /// @error  kIo, kPermission: a file cannot be opened; following lines still go to all the previous files
  Result<void> reopen() { return reopen_ ? reopen_() : Result<void>{}; }

 private:
  Level level_;
  Format format_;
  Write write_;
  Clocks clocks_;
  Reopen reopen_;
  std::mutex mutex_;  ///< of limiter_
  Limiter limiter_;
};

/// @error  kIo, kPermission: a file cannot be opened
[[nodiscard]] Result<std::unique_ptr<Logger>> open_logger(const LogOptions& options);

}  // namespace procledger::log
