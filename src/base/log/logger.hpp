// SPDX-License-Identifier: Apache-2.0
// The log, handed to those who write to it. Any thread may.
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

// Keeps something that happens a thousand times a second from filling the log.

/// For every key: the first occurrence passes, after that at most one a minute.
class Limiter {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::minutes kPause{1};

  /// @return  absent: leave this one out. Else how many were left out since the last that passed.
  [[nodiscard]] std::optional<std::uint64_t> admit(std::string_view key, Time now);

 private:
  struct Seen {
    Time passed;
    std::uint64_t suppressed{};
  };
  std::map<std::string, Seen, std::less<>> seen_;  ///< keys are words of our code: few
};

inline constexpr std::string_view kStderr = "stderr";
inline constexpr std::string_view kStdout = "stdout";

struct LogOptions {
  Level level{Level::kInfo};  ///< what is below is not written
  Format format{Format::kLogfmt};
  std::vector<std::string> files;  ///< appended to, each of them; kStderr and kStdout are those streams; none: stderr

  friend bool operator==(const LogOptions&, const LogOptions&) = default;
};

class Logger {
 public:
  /// Takes whole lines, without newline, from any thread.
  using Write = std::function<void(std::string_view line)>;
  /// Lets go of the files and opens them again by their names.
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

  /// As `log`, at most once a minute for each event; the next one that is written tells how many were not.
  void log_limited(Level level, std::string_view event, Fields fields);

  /// For when files were moved away: what comes next goes to new ones of their names. Nothing to do where the log is no file.
  /// @error  kIo, kPermission: one cannot be opened; what comes next still goes to all those before
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
