// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "commands/cli/flags.hpp"
#include "commands/serve/compat_flags.hpp"
#include "core/config/sections.hpp"

namespace procledger::commands {
namespace {

constexpr const char* kTitle = "Exact process accounting for Prometheus.";
constexpr std::array<std::string_view, 7> kCommands{"serve", "once", "check-config", "doctor", "run", "stats", "report"};
// These have flags of their own, and come first.
constexpr std::array<std::string_view, 3> kFirstWords{"run", "stats", "report"};

// Words that are promised for later. Taking one without doing what it says would be worse than an error.
constexpr std::array<std::string_view, 1> kLaterCommands{"top"};
constexpr std::array<std::string_view, 1> kLaterFlags{"--web.config.file"};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// What was given, as text.
struct Given {
  std::string command;
  std::string file;  ///< of check-config
  bool print_default_config{};
  std::string interval{"0"};
  std::string slow_interval{"15s"};
  std::string level{"info"};
  std::string format{"logfmt"};
  std::string threads;
  bool version{};
  CompatGiven compat;
};

void define(CLI::App& app, Options& options, Given& given) {
  app.allow_extras();
  app.set_help_flag("-h,--help", "Show this text");
  app.add_flag("--version", given.version, "Show the version");
  app.add_option("command", given.command,
                 "serve (default): the daemon; once: one exposition to stdout; check-config FILE: what is wrong with it; doctor: what this "
                 "host allows, and what is missing for more; run, stats, report: have flags of their own, see `procledger run --help`")
      ->type_name("");
  app.add_option("file", given.file, "The configuration file that check-config reads")->type_name("");
  app.add_option("--config.file", options.config_file, "Configuration (YAML); without it groups are named by comm");
  app.add_flag("--print-default-config", given.print_default_config, "Print the default configuration, with explanations");
  app.add_flag("--expect", options.expect, "With check-config: count the groups and series that this host would have now");
  app.add_flag("--json", options.json, "With doctor: for machines");
  app.add_option("--web.listen-address", options.listen_addresses, "Address to serve on: \":9056\", \"127.0.0.1:9056\"; repeatable")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->capture_default_str();
  const auto add = [&app](const char* name, std::string& value, const char* text) {
    app.add_option(name, value, text)->capture_default_str();
  };
  add("--web.telemetry-path", options.telemetry_path, "Path of the metrics");
  app.add_flag("--web.enable-lifecycle", options.lifecycle, "POST /-/reload reads the configuration again, as SIGHUP does");
  add("--source", options.source, "Where figures come from: auto (the best that works), bpf, taskstats or proc");
  add("--path.procfs", options.procfs, "Where procfs is mounted");
  add("--path.cgroupfs", options.cgroupfs, "Where the host's cgroups are, if not where they are mounted");
  add("--path.podlogs", options.podlogs, "Folder with `pods` and `containers`, whose names tell pods; empty: none");
  add("--collect.interval", given.interval, "0: collect when scraped; else how often: 500ms, 5s, 1m");
  add("--threads.filter", given.threads,
      "Processes by name, or by number with all that descend from them: one series a thread; ceph-osd,3240");
  app.add_flag("--memory.pss", options.pss, "Proportional memory by group, sampled in the background");
  app.add_flag("--sockets", options.sockets, "Sockets by group, protocol and state, sampled in the background");
  add("--slow.interval", given.slow_interval, "How often the background samples what the two flags above ask for, at most");
  add("--log.level", given.level, "debug, info, warn or error");
  add("--log.format", given.format, "logfmt or json");
  app.add_option("--log.file", options.log.files, "Where the log goes, a file is appended to; repeatable: to all of them. Without: stderr")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  define_compat(app, given.compat);
  name_values(app);
}

/// Whatever is on the command line and fits nothing.
std::optional<Error> stray(const CLI::App& app) {
  const std::vector<std::string> extras = app.remaining();
  for (const std::string& extra : extras) {
    if (!extra.starts_with("-")) continue;
    const std::string flag = extra.substr(0, extra.find('='));
    return among(kLaterFlags, flag) ? Error{ErrorKind::kUsage, flag + " is not available in this version"} : unknown_flag(app, extra);
  }
  if (extras.empty()) return std::nullopt;
  return Error{ErrorKind::kUsage, "unexpected argument " + in_quotes(extras.front())};
}

Result<Command> command_of(const std::string& word) {
  if (word.empty() || word == "serve") return Command::kServe;
  if (word == "once") return Command::kOnce;
  if (word == "check-config") return Command::kCheckConfig;
  if (word == "doctor") return Command::kDoctor;
  if (among(kFirstWords, word)) return usage(in_quotes(word) + " comes first, before its flags");
  if (among(kLaterCommands, word)) return usage("the command " + in_quotes(word) + " is not available in this version");
  const std::string_view hint = nearest(word, kCommands);
  return usage("unknown command " + in_quotes(word) + (hint.empty() ? "; see --help" : "; did you mean " + in_quotes(hint) + "?"));
}

/// The index of `word` among `words`.
template <typename Enum, std::size_t N>
Result<Enum> one_of(const char* flag, const std::string& word, const std::array<std::string_view, N>& words) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found != words.end()) return static_cast<Enum>(found - words.begin());
  std::string known;
  for (const std::string_view each : words) known += (known.empty() ? "" : ", ") + std::string{each};
  return usage(std::string{flag} + ": " + in_quotes(word) + " is none of " + known);
}

constexpr std::array<const char*, 5> kOfTheDaemon{"--web.listen-address", "--web.telemetry-path", "--web.enable-lifecycle",
                                                  "--collect.interval", "--slow.interval"};
constexpr std::array<const char*, 10> kOfWhoeverCollects{"--threads.filter", "--config.file", "--source",  "--path.cgroupfs",
                                                         "--path.podlogs",   "--memory.pss",  "--sockets", "--log.level",
                                                         "--log.format",     "--log.file"};

/// A flag that a command would ignore is refused.
Result<void> check_fit(const CLI::App& app, const Options& options) {
  if (app.count("--slow.interval") > 0 && !options.pss && !options.sockets) {
    return usage("--slow.interval makes no sense without --memory.pss or --sockets");
  }
  const bool asks = options.command == Command::kDoctor;
  if (!asks && options.json) return usage("--json makes no sense without \"doctor\"");
  if (!asks && options.command != Command::kOnce) return {};
  if (options.compat && options.compat->once_delay.count() > 0) return {};  // process-exporter does ignore them
  const std::string_view command = asks ? "doctor" : "once";
  for (const char* flag : kOfTheDaemon) {
    if (app.count(flag) > 0) return usage(std::string{flag} + " makes no sense with " + in_quotes(command));
  }
  for (const char* flag : kOfWhoeverCollects) {
    if (asks && app.count(flag) > 0) return usage(std::string{flag} + " makes no sense with " + in_quotes(command));
  }
  return {};
}

/// check-config has a file of its own, and nobody else has one.
Result<void> check_file(const CLI::App& app, const Given& given, Options& options) {
  const bool checks = options.command == Command::kCheckConfig;
  if (!checks && !given.file.empty()) return usage("unexpected argument " + in_quotes(given.file));
  if (!checks && options.expect) return usage("--expect makes no sense without \"check-config\"");
  if (!checks) return {};
  if (!given.file.empty() && app.count("--config.file") > 0) return usage("check-config takes one file: FILE or --config.file");
  if (!given.file.empty()) options.config_file = given.file;
  if (options.config_file.empty()) return usage("check-config needs a file: procledger check-config FILE");
  return {};
}

/// A line is written once to each place.
Result<void> check_log_files(const Options& options) {
  auto files = options.log.files;
  std::ranges::sort(files);
  if (const auto twice = std::ranges::adjacent_find(files); twice != files.end()) {
    return usage("--log.file: " + in_quotes(*twice) + " is there more than once");
  }
  if (!files.empty() && files.front().empty()) return usage("--log.file: a file has a name");
  return {};
}

Result<Options> interpret(Options options, const Given& given, bool interval_given) {
  const auto command = command_of(given.command);
  if (!command) return tl::unexpected{command.error()};
  options.command = given.version ? Command::kVersion : given.print_default_config ? Command::kPrintDefaultConfig : *command;

  if (auto known = check_source(options.source); !known) return tl::unexpected{known.error()};

  auto interval = parse_duration(given.interval);
  if (!interval) return tl::unexpected{std::move(interval.error()).within("--collect.interval")};
  constexpr std::chrono::milliseconds kShortest{10};
  if (interval->count() != 0 && *interval < kShortest) return usage("--collect.interval: at least 10ms, or 0 to collect when scraped");
  if (interval_given) options.collect_interval = *interval;

  if (!given.threads.empty()) {
    auto filter = config::parse_thread_filter(given.threads);
    if (!filter) return tl::unexpected{std::move(filter.error()).within("--threads.filter")};
    options.thread_filter = std::move(*filter);
  }

  auto slow_interval = parse_duration(given.slow_interval);
  if (!slow_interval) return tl::unexpected{std::move(slow_interval.error()).within("--slow.interval")};
  if (*slow_interval < std::chrono::seconds{1}) return usage("--slow.interval: at least 1s");
  options.slow_interval = *slow_interval;

  constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warn", "error"};
  const auto level = one_of<log::Level>("--log.level", given.level, kLevels);
  if (!level) return tl::unexpected{level.error()};
  options.log.level = *level;

  constexpr std::array<std::string_view, 2> kFormats{"logfmt", "json"};
  const auto format = one_of<log::Format>("--log.format", given.format, kFormats);
  if (!format) return tl::unexpected{format.error()};
  options.log.format = *format;
  if (auto places = check_log_files(options); !places) return tl::unexpected{std::move(places).error()};
  return options;
}

/// What process-exporter's flags say in our terms.
Result<Options> follow_compat(const CLI::App& app, Options options, std::optional<CompatOptions> compat) {
  if (!compat) return options;
  for (const auto& [theirs, ours] : {std::pair{"--procfs", "--path.procfs"}, std::pair{"--debug", "--log.level"}}) {
    if (app.count(theirs) > 0 && app.count(ours) > 0) return usage(std::string{theirs} + " excludes " + ours);
  }
  if (app.count("--web.listen-address") == 0) options.listen_addresses = {kCompatListenAddress};
  if (!compat->procfs.empty()) options.procfs = compat->procfs;
  if (compat->debug) options.log.level = log::Level::kDebug;
  if (compat->gather_smaps) options.pss = true;
  if (compat->once_delay.count() > 0 && options.command == Command::kServe) options.command = Command::kOnce;
  if (compat->manual && options.command != Command::kVersion) {
    options.command = Command::kHelp;
    options.help = app.help() + std::string{compat_manual()};
  }
  options.compat = std::move(compat);
  return options;
}

std::optional<std::string> if_set(const char* name) {
  const std::string_view value = environment_variable(name);
  return value.empty() ? std::nullopt : std::optional<std::string>{value};
}

bool is_port(const std::string& text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port > 0;
}

}  // namespace

void with_command_line(const std::function<void(const CLI::App&)>& use) {
  Options options;
  Given given;
  CLI::App app{kTitle, "procledger"};
  define(app, options, given);
  use(app);
}

Result<Options> parse_options(std::span<const std::string> arguments, const Environment& environment) {
  Options options;
  Given given;
  CLI::App app{kTitle, "procledger"};
  define(app, options, given);
  std::vector<std::string> reversed;  // CLI11 takes them from the back
  std::transform(arguments.rbegin(), arguments.rend(), std::back_inserter(reversed), with_two_dashes);
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    options.command = Command::kHelp;
    options.help = app.help();
    return options;
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string_view text = error.what();
    const std::string flag{text.substr(0, text.find(':'))};
    return usage(flag + (text.ends_with("missing") ? " needs a value" : " is there more than once"));
  } catch (const CLI::ParseError& error) {
    return usage(error.what());
  }
  if (auto error = stray(app)) return tl::unexpected{*std::move(error)};
  auto result = interpret(std::move(options), given, app.count("--collect.interval") > 0);
  if (!result) return result;
  auto compat = interpret_compat(app, given.compat);
  if (!compat) return tl::unexpected{std::move(compat).error()};
  result = follow_compat(app, *std::move(result), *std::move(compat));
  if (!result) return result;
  if (auto fits = check_file(app, given, *result); !fits) return tl::unexpected{std::move(fits).error()};
  if (auto fit = check_fit(app, *result); !fit) return tl::unexpected{std::move(fit).error()};
  const bool filter_given = app.count("--threads.filter") > 0;
  if (filter_given && result->compat) return usage("--threads.filter makes no sense with --compat: its page has threads by name only");
  if (auto filled = fill_in(*result, environment, filter_given, app.count("--web.listen-address") > 0); !filled)
    return tl::unexpected{std::move(filled).error()};
  return result;
}

std::string_view environment_variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody changes the environment
  return value != nullptr ? value : std::string_view{};
}

Environment read_environment() { return {.filter = if_set("FILTER"), .port = if_set("PORT")}; }

Result<void> fill_in(Options& options, const Environment& environment, bool filter_given, bool address_given) {
  const bool collects = options.command == Command::kServe || options.command == Command::kOnce;
  if (!collects || options.compat || !environment.filter) return {};
  if (!filter_given) {
    auto filter = config::parse_thread_filter(*environment.filter);
    if (!filter) return tl::unexpected{std::move(filter.error()).within("the environment variable FILTER")};
    options.thread_filter = std::move(*filter);
  }
  if (!environment.port || address_given || options.command != Command::kServe) return {};
  if (!is_port(*environment.port)) return usage("the environment variable PORT: " + in_quotes(*environment.port) + " is no port");
  options.listen_addresses = {":" + *environment.port};
  return {};
}

}  // namespace procledger::commands
