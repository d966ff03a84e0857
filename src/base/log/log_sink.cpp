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

#include "base/log/logger.hpp"
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

Result<std::unique_ptr<Logger>> open_logger(const LogOptions& options) {
  auto files = options.files;
  if (files.empty()) files.emplace_back(kStderr);
  auto sinks = make_sinks(files);
  if (!sinks) return tl::unexpected{std::move(sinks).error()};
  auto current = std::make_shared<spdlog::sinks::dist_sink_mt>(std::move(*sinks));  // which may be told others
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
