// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/reloader.hpp"

#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "commands/serve/configuration.hpp"

namespace procledger::commands {
namespace {

constexpr int kMaxLines = 20;

}  // namespace

void log_lines(log::Logger& log, log::Level level, std::string_view event, std::string_view text) {
  for (int lines = 0; !text.empty(); ++lines) {
    const std::string_view line = take_until(text, '\n');
    if (lines == kMaxLines) return log.log(level, event, {{"problem", "more problems; procledger check-config shows all"}});
    log.log(level, event, {{"problem", line}});
  }
}

void Reloader::connect(Outcome outcome) {
  const std::lock_guard lock{mutex_};
  outcome_ = std::move(outcome);
}

Result<collector::Rules> Reloader::read() const {
  auto configuration = load_configuration(options_);
  if (!configuration) return tl::unexpected{std::move(configuration).error()};
  log_lines(log_, log::Level::kWarn, "config_warning", configuration->warnings);
  return std::move(configuration->rules);
}

Result<void> Reloader::reload() {
  const std::lock_guard lock{mutex_};
  if (!outcome_.adopt) return fail(ErrorKind::kUsage, "the daemon is still starting; reload when /-/ready answers 200");
  auto rules = read();
  if (!rules) {
    outcome_.refuse();
    log_lines(log_, log::Level::kError, "reload_failed", rules.error().message);
    return tl::unexpected{std::move(rules).error()};
  }
  outcome_.adopt(std::move(*rules));
  log_.info("reloaded", {{"file", options_.config_file.empty() ? "none" : options_.config_file}});
  return {};
}

}  // namespace procledger::commands
