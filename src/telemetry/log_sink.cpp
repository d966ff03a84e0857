// SPDX-License-Identifier: Apache-2.0
// Where lines go: the only place that knows spdlog.
#include <fcntl.h>

#include <cerrno>

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "base/unique_fd.hpp"
#include "telemetry/logger.hpp"

namespace procledger::telemetry {
namespace {

spdlog::sink_ptr make_sink(const std::string& file) {
  if (file.empty()) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
  return std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
}

}  // namespace

Result<std::unique_ptr<Logger>> open_logger(const LogOptions& options) try {
  if (!options.file.empty()) {
    // spdlog's own message for this is not one for strangers.
    const UniqueFd probe{::open(options.file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640)};
    if (!probe) return tl::unexpected{system_error("opening the log file " + options.file, errno)};
  }
  auto log = std::make_shared<spdlog::logger>("procledger", make_sink(options.file));
  log->set_pattern("%v");
  log->set_level(spdlog::level::trace);
  log->flush_on(spdlog::level::trace);
  auto write = [log](std::string_view line) { log->log(spdlog::level::info, spdlog::string_view_t{line.data(), line.size()}); };
  return std::make_unique<Logger>(options.level, options.format, std::move(write));
} catch (const spdlog::spdlog_ex& error) {
  return fail(ErrorKind::kIo, std::string{"opening the log: "} + error.what());
}

}  // namespace procledger::telemetry
