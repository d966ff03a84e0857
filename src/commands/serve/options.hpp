// SPDX-License-Identifier: Apache-2.0
// The command line, as values.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/log/logger.hpp"
#include "base/result.hpp"
#include "commands/serve/compat_flags.hpp"
#include "core/rules/rule.hpp"
#include "sources/probe/source_selector.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
}

namespace procledger::commands {

enum class Command : std::uint8_t { kServe, kOnce, kCheckConfig, kDoctor, kPrintDefaultConfig, kHelp, kVersion };

struct Options {
  Command command{Command::kServe};
  std::string help;  ///< what kHelp prints

  std::optional<CompatOptions> compat;                 ///< present: stands in for process-exporter; the options below follow its flags then
  std::vector<std::string> listen_addresses{":9056"};  ///< in compat mode ":9256"
  std::string telemetry_path{"/metrics"};
  std::string source{"auto"};  ///< auto, bpf, taskstats or proc
  std::string config_file;     ///< empty: the default configuration
  bool expect{};               ///< kCheckConfig: says what this host would have by it
  bool json{};                 ///< kDoctor: for machines
  bool lifecycle{};            ///< POST /-/reload
  std::string procfs{"/proc"};
  std::string cgroupfs;                                       ///< empty: wherever it is mounted
  std::string podlogs{"/var/log"};                            ///< the folder with `pods` and `containers` in it
  std::optional<std::chrono::milliseconds> collect_interval;  ///< 0: on request; wins over the configuration's
  rules::ThreadFilter thread_filter;                          ///< beside the configuration's
  bool pss{};                                                 ///< proportional memory, by the slow lane
  bool sockets{};                                             ///< sockets, by the slow lane
  std::chrono::milliseconds slow_interval{std::chrono::seconds{15}};
  log::LogOptions log;
};

/// The source that these options ask for.
[[nodiscard]] inline probe::SourceRequest source_request(const Options& options) {
  return {.name = options.source, .procfs = options.procfs};
}

/// What is set beside the flags; see environment.hpp.
struct Environment {
  std::optional<std::string> filter;
  std::optional<std::string> port;
};

/// @param arguments  without the program's name
/// @error  kUsage: unknown or malformed flags, and those of which this version knows the name only
[[nodiscard]] Result<Options> parse_options(std::span<const std::string> arguments, const Environment& environment = {});

/// Shows the table of flags itself, with their defaults and words for their values, to who writes about them.
void with_command_line(const std::function<void(const CLI::App&)>& use);

// What the environment says, and what of that stands for flags: variables that containers of thread-exporter are started with.

/// Its value; empty where it is not set.
[[nodiscard]] std::string_view environment_variable(const char* name);

/// FILTER and PORT, as they are set.
[[nodiscard]] Environment read_environment();

/// FILTER stands for --threads.filter, and beside it PORT for --web.listen-address, each where the flag was not given. PORT alone counts
/// for nothing: platforms set it for whatever they start.
/// @error  kUsage: what is set is no filter, or no port
[[nodiscard]] Result<void> fill_in(Options& options, const Environment& environment, bool filter_given, bool address_given);

}  // namespace procledger::commands
