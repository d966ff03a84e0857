// SPDX-License-Identifier: Apache-2.0
#include "base/log/logger.hpp"

#include <optional>
#include <utility>

namespace procledger::log {

Logger::Logger(Level level, Format format, Write write, Clocks clocks, Reopen reopen)
    : level_{level}, format_{format}, write_{std::move(write)}, clocks_{std::move(clocks)}, reopen_{std::move(reopen)} {}

void Logger::log(Level level, std::string_view event, Fields fields) {
  if (level < level_) return;
  write_(render_line(format_, clocks_.wall(), level, event, fields, 0));
}

void Logger::log_limited(Level level, std::string_view event, Fields fields) {
  if (level < level_) return;
  std::optional<std::uint64_t> suppressed;
  {
    const std::lock_guard lock{mutex_};
    suppressed = limiter_.admit(event, clocks_.steady());
  }
  if (suppressed) write_(render_line(format_, clocks_.wall(), level, event, fields, *suppressed));
}

}  // namespace procledger::log
