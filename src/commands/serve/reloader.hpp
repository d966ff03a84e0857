// SPDX-License-Identifier: Apache-2.0
// Reads the configuration again while the daemon runs: by SIGHUP, or over HTTP.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "base/log/logger.hpp"
#include "base/result.hpp"
#include "collector/rules.hpp"
#include "commands/serve/options.hpp"

namespace procledger::commands {

class Reloader {
 public:
  struct Outcome {
    std::function<void(collector::Rules)> adopt;
    std::function<void()> refuse;
  };

  Reloader(CollectOptions options, log::Logger& log) : options_{std::move(options)}, log_{log} {}

  /// Who is told from now on. Until then nothing can be reloaded.
  void connect(Outcome outcome);

  /// Has a sound configuration taken over whole; otherwise the one in force stays, and the log says what is wrong. Any thread.
  /// @error  kUsage: all that is wrong, one a line
  Result<void> reload();

 private:
  [[nodiscard]] Result<collector::Rules> read() const;

  CollectOptions options_;
  log::Logger& log_;
  std::mutex mutex_;  ///< one after the other, so that the last one asked for is the last one taken over
  Outcome outcome_;
};

/// Each line of `text` becomes an event of the log.
void log_lines(log::Logger& log, log::Level level, std::string_view event, std::string_view text);

}  // namespace procledger::commands
