// SPDX-License-Identifier: Apache-2.0
// Reloads the configuration while the daemon runs, on SIGHUP or over HTTP.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "base/log/logger.hpp"
#include "base/result.hpp"
#include "collector/rules.hpp"
#include "commands/serve/options.hpp"

namespace procledger::commands {

/// Reads and compiles the configuration again and passes the result to the collector. The main thread calls it on SIGHUP, an HTTP thread on
/// POST /-/reload. Does not apply rules itself.
class Reloader {
 public:
  struct Outcome {
    std::function<void(collector::Rules)> adopt;  ///< takes over the new rules
    std::function<void()> refuse;                 ///< counts a configuration with errors
  };

  Reloader(CollectOptions options, log::Logger& log) : options_{std::move(options)}, log_{log} {}

  /// Sets the receiver of reloads. Before this call, `reload` fails.
  void connect(Outcome outcome);

  /// Reads the configuration and adopts it as a whole. After an error the configuration in force stays, and the log has the errors. Safe to
  /// call from any thread.
  /// @error  kUsage: all errors, one per line; or the daemon is still starting
  Result<void> reload();

 private:
  [[nodiscard]] Result<collector::Rules> read() const;

  CollectOptions options_;
  log::Logger& log_;
  std::mutex mutex_;  ///< serializes reloads, so that the rules of the last request win
  Outcome outcome_;
};

/// Logs each line of `text` as one event, at most 20 lines.
void log_lines(log::Logger& log, log::Level level, std::string_view event, std::string_view text);

}  // namespace procledger::commands
