// SPDX-License-Identifier: Apache-2.0
// The command line of the daemon, and the flags that serve, once and check-config share.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log/logger.hpp"
#include "base/result.hpp"
#include "commands/cli/flags.hpp"
#include "commands/serve/compat_flags.hpp"
#include "core/rules/rule.hpp"
#include "sources/probe/source_selector.hpp"

namespace procledger::commands {

/// The options of collection: the source, the file trees, the rules and the optional values.
struct CollectOptions {
  std::optional<CompatOptions> compat;  ///< present: replaces process-exporter, and its flags set the options below
  std::string config_file;              ///< empty: the default configuration
  std::string source{"auto"};           ///< auto, bpf, taskstats or proc
  std::string procfs{"/proc"};
  std::string cgroupfs;                                       ///< empty: the mount point
  std::string podlogs{"/var/log"};                            ///< the folder that contains `pods` and `containers`
  std::optional<std::chrono::milliseconds> collect_interval;  ///< 0: on request; overrides the configuration
  rules::ThreadFilter thread_filter;                          ///< in addition to the configuration's
  bool pss{};                                                 ///< proportional memory, from the background sampler
  bool sockets{};                                             ///< sockets, from the background sampler
  std::chrono::milliseconds slow_interval{std::chrono::seconds{15}};
  std::vector<std::string> notes;  ///< accepted flags without effect, one line each, for stderr or the log

  friend bool operator==(const CollectOptions&, const CollectOptions&) = default;
};

/// The flags behind CollectOptions, as given.
struct CollectFlags {
  CollectOptions options;
  CompatFlags compat;
  std::string threads;
};

/// Adds headings, --config.file, --source and --path.*: the flags that decide which groups exist.
void define_rules(FlagTable& table, CollectFlags& flags);
/// Adds --threads.filter, --memory.pss and --sockets: the flags that cost more.
void define_expensive(FlagTable& table, CollectFlags& flags);

/// The environment variables FILTER and PORT. Containers of thread-exporter start with them.
struct Environment {
  std::optional<std::string> filter;
  std::optional<std::string> port;
};
[[nodiscard]] Environment read_environment();
/// The value of an environment variable; empty: not set.
[[nodiscard]] std::string_view environment_variable(const char* name);

/// Turns the flags into options.
/// @param environment  FILTER replaces a missing --threads.filter
/// @error  kUsage: flags that cannot be combined, or that have no effect with --compat
[[nodiscard]] Result<CollectOptions> interpret_collect(const FlagTable& table, CollectFlags flags, const Environment& environment);

/// The source that these options request.
[[nodiscard]] inline probe::SourceRequest source_request(const CollectOptions& options) {
  return {.name = options.source, .procfs = options.procfs};
}

/// The options of the daemon.
struct ServeOptions : CollectOptions {
  bool version{};
  bool print_default_config{};
  std::vector<std::string> listen_addresses{":9056"};  ///< in compat mode ":9256"
  std::string telemetry_path{"/metrics"};
  bool lifecycle{};  ///< accept POST /-/reload
  log::LogOptions log;

  friend bool operator==(const ServeOptions&, const ServeOptions&) = default;
};

struct ServeFlags : CollectFlags {
  ServeOptions serve;  ///< its CollectOptions come from `options`
};

void define(FlagTable& table, ServeFlags& flags);

/// Turns the flags of the daemon into options. FILTER replaces a missing --threads.filter. With FILTER set, PORT replaces the port of a
/// missing --web.listen-address. PORT alone has no effect: platforms set this variable for every program.
/// @error  kUsage
[[nodiscard]] Result<ServeOptions> interpret_serve(const FlagTable& table, ServeFlags flags, const FlagTable::Rest& rest,
                                                   const Environment& environment);
[[nodiscard]] inline Result<ServeOptions> interpret(const FlagTable& table, ServeFlags flags, const FlagTable::Rest& rest) {
  return interpret_serve(table, std::move(flags), rest, read_environment());
}

/// Adds --source with its default and its choices.
void define_source(FlagTable& table, std::string& source);
void define_procfs(FlagTable& table, std::string& procfs);

}  // namespace procledger::commands
