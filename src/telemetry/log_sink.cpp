// SPDX-License-Identifier: Apache-2.0
// Where lines go: the only place that knows spdlog.
#include <fcntl.h>

#include <cerrno>
#include <utility>
#include <vector>

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/dist_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "base/unique_fd.hpp"
#include "telemetry/logger.hpp"

namespace procledger::telemetry {
namespace {

Result<spdlog::sink_ptr> make_sink(const std::string& file) try {
  spdlog::sink_ptr sink;
  if (file.empty()) {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  } else {
    // spdlog's own message for this is not one for strangers.
    const UniqueFd probe{::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640)};
    if (!probe) return tl::unexpected{system_error("opening the log file " + file, errno)};
    sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
  }
  sink->set_pattern("%v");
  return sink;
} catch (const spdlog::spdlog_ex& error) {
  return fail(ErrorKind::kIo, std::string{"opening the log: "} + error.what());
}

}  // namespace

Result<std::unique_ptr<Logger>> open_logger(const LogOptions& options) {
  auto sink = make_sink(options.file);
  if (!sink) return tl::unexpected{std::move(sink).error()};
  auto current = std::make_shared<spdlog::sinks::dist_sink_mt>(std::vector{std::move(*sink)});  // which may be told another one
  auto log = std::make_shared<spdlog::logger>("procledger", current);
  log->set_level(spdlog::level::trace);
  log->flush_on(spdlog::level::trace);
  auto write = [log](std::string_view line) { log->log(spdlog::level::info, spdlog::string_view_t{line.data(), line.size()}); };
  auto reopen = [current, file = options.file]() -> Result<void> {
    if (file.empty()) return {};
    auto next = make_sink(file);
    if (!next) return tl::unexpected{std::move(next).error()};
    current->set_sinks({std::move(*next)});
    return {};
  };
  return std::make_unique<Logger>(options.level, options.format, std::move(write), Logger::Clocks{}, std::move(reopen));
}

}  // namespace procledger::telemetry
