// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/options.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "base/text.hpp"
#include "commands/cli/command.hpp"
#include "core/config/sections.hpp"

namespace procledger::commands {
namespace {

using std::chrono::milliseconds;

std::optional<std::string> if_set(const char* name) {
  const std::string_view value = environment_variable(name);
  return value.empty() ? std::nullopt : std::optional<std::string>{value};
}

bool is_port(const std::string& text) { return to_number<std::uint16_t>(text).value_or(0) > 0; }

Result<void> exclude_given(const FlagTable& table, std::string_view one, std::string_view other) {
  if (!table.given(one) || !table.given(other)) return {};
  return usage(std::string{one} + " cannot be combined with " + std::string{other});
}

/// Takes the file of --config.file or --config.path. Both name the one configuration file.
Result<void> take_file(const CollectFlags& flags, CollectOptions& options) {
  const bool with_path = !flags.compat.config_path.empty();
  if (with_path && !options.config_file.empty()) return usage("--config.path cannot be combined with --config.file");
  const bool with_names = options.compat && !(options.compat->procnames.empty() && options.compat->namemapping.empty());
  if (with_names && (with_path || !options.config_file.empty())) {
    return usage(std::string{with_path ? "--config.path" : "--config.file"} + " cannot be combined with --procnames or --namemapping");
  }
  if (with_path) options.config_file = flags.compat.config_path;
  return {};
}

/// Refuses flags for values that the page of process-exporter does not have.
Result<void> check_page(const FlagTable& table, const CollectOptions& options) {
  if (!options.compat) return {};
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kNotThere{
      {{"--threads.filter", "process-exporter's page has threads by name only"},
       {"--memory.pss", "use --gather-smaps for proportional memory"},
       {"--sockets", "process-exporter's page has no sockets"}}};
  for (const auto& [flag, why] : kNotThere) {
    if (table.given(flag)) return usage(std::string{flag} + " cannot be combined with --compat: " + std::string{why});
  }
  return {};
}

Result<void> take_filter(const FlagTable& table, const std::string& given, const Environment& environment, CollectOptions& options) {
  const bool from_environment = !table.given("--threads.filter") && environment.filter && !options.compat;
  const std::string text = from_environment ? *environment.filter : given;
  if (text.empty()) return {};
  auto filter = config::parse_thread_filter(text);
  if (!filter)
    return tl::unexpected{std::move(filter).error().within(from_environment ? "the environment variable FILTER" : "--threads.filter")};
  options.thread_filter = std::move(*filter);
  return {};
}

/// Refuses a log file that is named twice: each event would appear twice.
Result<void> check_log_files(std::vector<std::string> files) {
  std::ranges::sort(files);
  const auto twice = std::ranges::adjacent_find(files);
  if (twice == files.end()) return {};
  return usage("--log.file: " + in_quotes(*twice) + " is given more than once");
}

// One page to stdout needs no server. As process-exporter does, ignores process-exporter's flags of the server; refuses procledger's flags.
Result<void> check_delay(const FlagTable& table, ServeOptions& options) {
  if (!options.compat || options.compat->once_delay.count() == 0) return {};
  constexpr std::array<std::string_view, 6> kRefused{"--web.enable-lifecycle", "--collect.interval", "--slow.interval", "--log.level",
                                                     "--log.format",           "--log.file"};
  constexpr std::array<std::string_view, 3> kIgnored{"--web.listen-address", "--web.telemetry-path", "--debug"};
  if (const auto flag = table.first_given(kRefused); !flag.empty()) {
    return usage(std::string{flag} + " cannot be combined with --once-to-stdout-delay");
  }
  for (const std::string_view flag : kIgnored) {
    if (table.given(flag)) options.notes.push_back(std::string{flag} + " has no effect with --once-to-stdout-delay");
  }
  return {};
}

Result<void> take_port(const FlagTable& table, const Environment& environment, ServeOptions& options) {
  if (options.compat || !environment.filter || !environment.port || table.given("--web.listen-address")) return {};
  if (!is_port(*environment.port)) {
    return usage("the environment variable PORT: " + in_quotes(*environment.port) + " is not a port from 1 to 65535");
  }
  options.listen_addresses = {":" + *environment.port};
  return {};
}

void define_web(FlagTable& table, ServeFlags& flags) {
  ServeOptions& options = flags.serve;
  table.heading("Web");
  table.add({.name = "--web.listen-address",
             .value = "ADDRESS",
             .help = "Address to listen on: \":9056\", \"127.0.0.1:9056\"",
             .environment = "PORT, if FILTER is set"},
            options.listen_addresses);
  table.add({.name = "--web.telemetry-path", .value = "PATH", .help = "Path of the metrics"}, options.telemetry_path);
  table.add({.name = "--web.enable-lifecycle", .value = "", .help = "Let POST /-/reload reload the configuration, as SIGHUP does"},
            options.lifecycle);
  // Other exporters have this flag with an empty default, which means no file.
  table.add({.name = "--web.config.file", .value = "FILE", .help = "", .last_wins = true, .may_be_empty = true, .hidden = true},
            [](const std::string& value) -> Result<void> {
              if (value.empty()) return {};
              return usage("TLS and passwords are not available in this version; only the empty value is accepted");
            });
}

void define_log(FlagTable& table, log::LogOptions& log) {
  constexpr std::array<std::pair<std::string_view, log::Level>, 4> kLevels{
      {{"debug", log::Level::kDebug}, {"info", log::Level::kInfo}, {"warn", log::Level::kWarn}, {"error", log::Level::kError}}};
  constexpr std::array<std::pair<std::string_view, log::Format>, 2> kFormats{
      {{"logfmt", log::Format::kLogfmt}, {"json", log::Format::kJson}}};
  table.heading("Log");
  table.add({.name = "--log.level", .value = "debug|info|warn|error", .help = "Minimum severity of logged events", .fallback = "info"},
            take_choice(log.level, kLevels));
  table.add({.name = "--log.format", .value = "logfmt|json", .help = "Format of a log line", .fallback = "logfmt"},
            take_choice(log.format, kFormats));
  table.add(
      {.name = "--log.file", .value = "FILE", .help = "Log destination: stderr, stdout or a file to append to; without the flag: stderr"},
      log.files);
}

}  // namespace

void define_source(FlagTable& table, std::string& source) {
  table.add({.name = "--source",
             .value = "auto|bpf|taskstats|proc",
             .help = "Source of the values; auto takes the best source that works",
             .fallback = source},
            take_word(source, {"auto", "bpf", "taskstats", "proc"}));
}

void define_procfs(FlagTable& table, std::string& procfs) {
  table.add({.name = "--path.procfs", .value = "DIR", .help = "Where procfs is mounted"}, procfs);
}

void define_rules(FlagTable& table, CollectFlags& flags) {
  CollectOptions& options = flags.options;
  table.heading("Configuration");
  table.add({.name = "--config.file", .value = "FILE", .help = "Configuration file (YAML); the default configuration names groups by comm"},
            options.config_file);
  table.heading("Collection");
  define_source(table, options.source);
  define_procfs(table, options.procfs);
  table.add(
      {.name = "--path.cgroupfs", .value = "DIR", .help = "Path of the host's /sys/fs/cgroup; without the flag: from the mount table"},
      options.cgroupfs);
  table.add({.name = "--path.podlogs",
             .value = "DIR",
             .help = "Directory with the kubelet's folders `pods` and `containers`, which give the names of pods; empty: no pod names",
             .may_be_empty = true},
            options.podlogs);
}

void define_expensive(FlagTable& table, CollectFlags& flags) {
  table.add({.name = "--threads.filter",
             .value = "LIST",
             .help = "Add one series per thread for processes with these names, and for these PIDs and their descendants: ceph-osd,3240",
             .environment = "FILTER"},
            flags.threads);
  table.add({.name = "--memory.pss", .value = "", .help = "Add proportional memory by group, sampled in the background"},
            flags.options.pss);
  table.add({.name = "--sockets", .value = "", .help = "Add sockets by group, protocol and state, sampled in the background"},
            flags.options.sockets);
}

Result<CollectOptions> interpret_collect(const FlagTable& table, CollectFlags flags, const Environment& environment) {
  CollectOptions options = std::move(flags.options);
  options.compat = interpret_compat(table, flags.compat);
  auto done = exclude_given(table, "--procfs", "--path.procfs")
                  .and_then([&] { return check_page(table, options); })
                  .and_then([&] { return take_file(flags, options); })
                  .and_then([&] { return take_filter(table, flags.threads, environment, options); });
  if (!done) return tl::unexpected{std::move(done).error()};
  if (!flags.compat.procfs.empty()) options.procfs = flags.compat.procfs;
  if (options.compat) {
    options.pss = options.compat->gather_smaps;
    options.notes = notes_of_compat(table);
  }
  return options;
}

void define(FlagTable& table, ServeFlags& flags) {
  define_rules(table, flags);
  table.add({.name = "--collect.interval",
             .value = "DURATION",
             .help = "Time between collections: 500ms, 5s, 1m; 0: collect when scraped",
             .fallback = "0"},
            take_duration(flags.options.collect_interval, milliseconds{10}, "to collect when scraped"));
  define_expensive(table, flags);
  table.add({.name = "--slow.interval",
             .value = "DURATION",
             .help = "Minimum time between two background samples of proportional memory and sockets",
             .fallback = "15s"},
            take_duration(flags.options.slow_interval, std::chrono::seconds{1}));
  define_web(table, flags);
  define_log(table, flags.serve.log);
  table.heading("Other");
  table.add({.name = "--print-default-config", .value = "", .help = "Print the default configuration with comments"},
            flags.serve.print_default_config);
  table.add({.name = "--version", .value = "", .help = "Show the version", .short_name = "-v"}, flags.serve.version);
  define_compat(table, flags.compat, CompatUse::kServe);
}

Result<ServeOptions> interpret_serve(const FlagTable& table, ServeFlags flags, const FlagTable::Rest& rest,
                                     const Environment& environment) {
  ServeOptions options = std::move(flags.serve);
  const bool debug = flags.compat.debug;
  auto collect = interpret_collect(table, std::move(flags), environment);
  if (!collect) return tl::unexpected{std::move(collect).error()};
  static_cast<CollectOptions&>(options) = std::move(*collect);
  auto done = refuse_operands(rest)
                  .and_then([&] { return exclude_given(table, "--debug", "--log.level"); })
                  .and_then([&] { return check_log_files(options.log.files); })
                  .and_then([&] { return check_delay(table, options); })
                  .and_then([&] { return take_port(table, environment, options); });
  if (!done) return tl::unexpected{std::move(done).error()};
  if (table.given("--slow.interval") && !options.pss && !options.sockets) {
    return usage("--slow.interval needs --memory.pss or --sockets");
  }
  if (options.compat && !table.given("--web.listen-address")) options.listen_addresses = {kCompatListenAddress};
  if (debug) options.log.level = log::Level::kDebug;
  return options;
}

std::string_view environment_variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): the program never changes its environment
  return value != nullptr ? value : std::string_view{};
}

Environment read_environment() { return {.filter = if_set("FILTER"), .port = if_set("PORT")}; }

}  // namespace procledger::commands
