// SPDX-License-Identifier: Apache-2.0
// The command line of the daemon, and the part of it that all commands share that collect: serve, once, check-config.
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

/// What is collected, from where, by which rules.
struct CollectOptions {
  std::optional<CompatOptions> compat;  ///< present: stands in for process-exporter; the options below follow its flags then
  std::string config_file;              ///< empty: the default configuration
  std::string source{"auto"};           ///< auto, bpf, taskstats or proc
  std::string procfs{"/proc"};
  std::string cgroupfs;                                       ///< empty: where it is mounted
  std::string podlogs{"/var/log"};                            ///< the folder with `pods` and `containers` in it
  std::optional<std::chrono::milliseconds> collect_interval;  ///< 0: on request; wins over the configuration's
  rules::ThreadFilter thread_filter;                          ///< beside the configuration's
  bool pss{};                                                 ///< proportional memory, by the background sampler
  bool sockets{};                                             ///< sockets, by the background sampler
  std::chrono::milliseconds slow_interval{std::chrono::seconds{15}};
  std::vector<std::string> notes;  ///< what was accepted and has no effect, for stderr

  friend bool operator==(const CollectOptions&, const CollectOptions&) = default;
};

/// What was given of it.
struct CollectFlags {
  CollectOptions options;
  CompatFlags compat;
  std::string threads;
};

/// Headings, --config.file, --source, --path.*: what changes which groups there are.
void define_rules(FlagTable& table, CollectFlags& flags);
/// --threads.filter, --memory.pss, --sockets.
void define_expensive(FlagTable& table, CollectFlags& flags);

/// FILTER and PORT of the environment; containers of thread-exporter are started with them.
struct Environment {
  std::optional<std::string> filter;
  std::optional<std::string> port;
};
[[nodiscard]] Environment read_environment();
/// The value of a variable; empty where it is not set.
[[nodiscard]] std::string_view environment_variable(const char* name);

/// @param environment  FILTER stands in for --threads.filter
/// @error  kUsage: flags that exclude each other, or that have no effect with --compat
[[nodiscard]] Result<CollectOptions> interpret_collect(const FlagTable& table, CollectFlags flags, const Environment& environment);

/// The source that these options ask for.
[[nodiscard]] inline probe::SourceRequest source_request(const CollectOptions& options) {
  return {.name = options.source, .procfs = options.procfs};
}

struct ServeOptions : CollectOptions {
  bool version{};
  bool print_default_config{};
  std::vector<std::string> listen_addresses{":9056"};  ///< in compat mode ":9256"
  std::string telemetry_path{"/metrics"};
  bool lifecycle{};  ///< POST /-/reload
  log::LogOptions log;

  friend bool operator==(const ServeOptions&, const ServeOptions&) = default;
};

struct ServeFlags : CollectFlags {
  ServeOptions serve;  ///< its CollectOptions come from `options`
};

void define(FlagTable& table, ServeFlags& flags);

/// FILTER stands in for --threads.filter, and beside it PORT for --web.listen-address, each where the flag was not given. PORT alone
/// counts for nothing: platforms set it for every program.
/// @error  kUsage
[[nodiscard]] Result<ServeOptions> interpret_serve(const FlagTable& table, ServeFlags flags, const FlagTable::Rest& rest,
                                                   const Environment& environment);
[[nodiscard]] inline Result<ServeOptions> interpret(const FlagTable& table, ServeFlags flags, const FlagTable::Rest& rest) {
  return interpret_serve(table, std::move(flags), rest, read_environment());
}

/// --source with its default and its words.
void define_source(FlagTable& table, std::string& source);
void define_procfs(FlagTable& table, std::string& procfs);

}  // namespace procledger::commands
