// SPDX-License-Identifier: Apache-2.0
#include "base/log/logger.hpp"

#include <fcntl.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/dist_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include "base/unique_fd.hpp"

namespace procledger::log {
namespace {

Result<spdlog::sink_ptr> make_sink(const std::string& file) try {
  spdlog::sink_ptr sink;
  if (file == kStderr) {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  } else if (file == kStdout) {
    sink = std::make_shared<spdlog::sinks::stdout_sink_mt>();
  } else {
    // Opening the file here gives an error that names the file and the cause; the exception of spdlog is hard to understand.
    const UniqueFd probe{::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640)};
    if (!probe) {
      Error error = system_error("cannot open the log file " + file, errno);
      error.message += "; the directory must exist, and the file must be writable";
      return tl::unexpected{std::move(error)};
    }
    sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
  }
  sink->set_pattern("%v");
  return sink;
} catch (const spdlog::spdlog_ex& error) {
  return fail(ErrorKind::kIo, std::string{"opening the log: "} + error.what());
}

Result<std::vector<spdlog::sink_ptr>> make_sinks(const std::vector<std::string>& files) {
  std::vector<spdlog::sink_ptr> sinks;
  for (const std::string& file : files) {
    auto sink = make_sink(file);
    if (!sink) return tl::unexpected{std::move(sink).error()};
    sinks.push_back(std::move(*sink));
  }
  return sinks;
}

}  // namespace

std::optional<std::uint64_t> Limiter::admit(std::string_view key, Time now) {
  const auto found = seen_.find(key);
  if (found == seen_.end()) {
    seen_.emplace(key, Seen{.passed = now});
    return 0;
  }
  Seen& seen = found->second;
  if (now - seen.passed < kPause) {
    ++seen.suppressed;
    return std::nullopt;
  }
  seen.passed = now;
  return std::exchange(seen.suppressed, 0);
}

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

Result<std::unique_ptr<Logger>> open_logger(const LogOptions& options) {
  auto files = options.files;
  if (files.empty()) files.emplace_back(kStderr);
  auto sinks = make_sinks(files);
  if (!sinks) return tl::unexpected{std::move(sinks).error()};
  auto current = std::make_shared<spdlog::sinks::dist_sink_mt>(std::move(*sinks));  // `reopen` replaces its sinks
  auto log = std::make_shared<spdlog::logger>("procledger", current);
  log->set_level(spdlog::level::trace);
  log->flush_on(spdlog::level::trace);
  auto write = [log](std::string_view line) { log->log(spdlog::level::info, spdlog::string_view_t{line.data(), line.size()}); };
  auto reopen = [current, files = std::move(files)] {
    return make_sinks(files).map([&current](std::vector<spdlog::sink_ptr>&& next) { current->set_sinks(std::move(next)); });
  };
  return std::make_unique<Logger>(options.level, options.format, std::move(write), Logger::Clocks{}, std::move(reopen));
}

}  // namespace procledger::log
