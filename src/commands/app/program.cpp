// SPDX-License-Identifier: Apache-2.0
#include "commands/app/program.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <utility>

#include "base/text.hpp"
#include "base/version.hpp"
#include "commands/check_config/check_config.hpp"
#include "commands/doctor/doctor.hpp"
#include "commands/once/once.hpp"
#include "commands/report/report.hpp"
#include "commands/run/run.hpp"
#include "commands/serve/options.hpp"
#include "commands/serve/serve.hpp"
#include "commands/stats/stats.hpp"
#include "core/config/texts.hpp"

namespace procledger::commands {
namespace {

constexpr int kBadUsage = 1;
constexpr int kCannotStart = 2;
constexpr int kInternal = 3;

// Commands of later versions. The error says that they are not available, instead of "unknown command".
constexpr std::array<std::string_view, 3> kLaterCommands{"top", "events", "record"};

constexpr std::string_view kDefaultCommand = "serve";

Result<int> print(std::string_view text) {
  return print_out(text).map([] { return 0; });
}

std::string version_text() { return "procledger " + std::string{kVersion} + " (revision " + std::string{kRevision} + ")\n"; }

/// @return  null: there is no command of this name
const Command* find_command(const std::vector<Command>& commands, std::string_view name) {
  const auto found = std::ranges::find_if(commands, [name](const Command& command) { return command.page.name == name; });
  return found == commands.end() ? nullptr : &*found;
}

Result<int> run_serve(const ServeOptions& options);

Command serve_command() {
  return make_command<ServeFlags, run_serve>(
      {.name = "serve",
       .operands = "[flags]",
       .summary = "collects and serves metrics; the default command",
       .description = "Collects the kernel's totals of every task and serves them to Prometheus. SIGHUP reloads the configuration; SIGTERM "
                      "and SIGINT stop the daemon.",
       .examples = {{"procledger --config.file /etc/procledger/config.yaml", "The daemon with a configuration, on :9056"},
                    {"procledger --web.listen-address 127.0.0.1:9056 --log.format json", "Reachable from this host only, with a JSON log"},
                    {"procledger --compat=process-exporter -config.path all.yaml", "A replacement for process-exporter, on :9256"}},
       .environment = {{"FILTER", "the value of --threads.filter, if the flag is not given"},
                       {"PORT", "the port to listen on, if FILTER is set and --web.listen-address is not given"},
                       {"NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID", "set by a service manager: see sd_notify(3)"}},
       .files = {{"/etc/procledger/config.yaml", "the configuration of the packaged service"},
                 {"/etc/default/procledger", "the variable ARGS: additional flags of the packaged service"}},
       .statuses = exit_statuses()});
}

Result<int> run_serve(const ServeOptions& options) {
  if (options.version) return print(version_text());
  if (options.compat && options.compat->manual) return print(help_text(serve_command()) + std::string{compat_manual()});
  if (options.print_default_config) return print(config::default_config_text());
  if (!options.compat || options.compat->once_delay.count() == 0) return serve(options).map([] { return 0; });
  for (const std::string& note : options.notes) print_note(note);
  OnceOptions once_options;
  const CollectOptions& collect = options;
  static_cast<CollectOptions&>(once_options) = collect;
  once_options.growth_time = options.compat->once_delay;
  return once(once_options).map([] { return 0; });
}

Error unknown_command(const std::string& word, const std::vector<Command>& commands) {
  if (std::ranges::find(kLaterCommands, word) != kLaterCommands.end()) {
    return {ErrorKind::kUsage, "the command " + in_quotes(word) + " is not available in this version; see --help"};
  }
  std::vector<std::string_view> known;
  known.reserve(commands.size());
  for (const Command& command : commands) known.emplace_back(command.page.name);
  const std::string_view hint = nearest(word, known);
  return {ErrorKind::kUsage,
          "unknown command " + in_quotes(word) + (hint.empty() ? "; see --help" : "; did you mean " + in_quotes(hint) + "?")};
}

/// Parses the arguments of a command that has no flags.
/// @error  kUsage: a flag other than --help
Result<FlagTable::Rest> read_words(std::span<const std::string> arguments, const FlagTable::Elsewhere& elsewhere) {
  return FlagTable{}.parse(arguments, FlagTable::Operands::kMixed, elsewhere);
}

Result<int> run_help(const Command& /*help*/, std::span<const std::string> arguments, const FlagTable::Elsewhere& elsewhere) {
  const auto rest = read_words(arguments, elsewhere);
  if (!rest) return tl::unexpected{rest.error()};
  const auto& words = rest->operands;
  if (rest->help || words.empty()) return print(program_help());
  if (words.size() > 1) return usage("help takes one command: procledger help " + words.front());
  const auto commands = all_commands();
  const Command* command = find_command(commands, words.front());
  if (command == nullptr) return tl::unexpected{unknown_command(words.front(), commands)};
  return print(help_text(*command));
}

Result<int> run_version(const Command& version, std::span<const std::string> arguments, const FlagTable::Elsewhere& elsewhere) {
  const auto rest = read_words(arguments, elsewhere);
  if (!rest) return tl::unexpected{rest.error()};
  if (rest->help) return print(help_text(version));
  if (!rest->operands.empty()) return usage("version takes no arguments");
  return print(version_text());
}

/// Whether any command has a flag of this name that takes a value.
bool takes_value(const std::vector<Command>& commands, std::string_view flag) {
  const auto fits = [flag](const Flag& each) {
    return !each.value.empty() && (each.name == flag || each.short_name == flag || each.name == "-" + std::string{flag});
  };
  return std::ranges::any_of(
      commands, [&fits](const Command& command) { return command.flags != nullptr && std::ranges::any_of(command.flags(), fits); });
}

/// Finds the first word that is neither a flag nor the value of a flag: the command's name may follow flags.
/// @return  the index of the word; the number of arguments: there is no such word
std::size_t find_word(std::span<const std::string> arguments, const std::vector<Command>& commands) {
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    if (arguments[i].starts_with('-')) continue;
    if (i == 0 || !arguments[i - 1].starts_with('-') || !takes_value(commands, arguments[i - 1])) return i;
  }
  return arguments.size();
}

Result<int> dispatch(std::span<const std::string> arguments) {
  const auto commands = all_commands();
  if (!arguments.empty() && (arguments.front() == "-h" || arguments.front() == "--help" || arguments.front() == "-help")) {
    return print(program_help());
  }
  const std::size_t word = find_word(arguments, commands);
  std::vector<std::string> rest{arguments.begin(), arguments.end()};
  const Command* command = find_command(commands, word < arguments.size() ? arguments[word] : kDefaultCommand);
  if (command != nullptr && word < arguments.size()) rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(word));
  // If a word after flags names no command, the default command parses the line: for "-children false", its error says that a switch takes
  // a value only after "=".
  if (command == nullptr && word > 0) command = find_command(commands, kDefaultCommand);
  if (command == nullptr) return tl::unexpected{unknown_command(arguments[word], commands)};
  const std::string& name = command->page.name;
  return command->run(*command, rest, [&name](const std::string& flag) { return flag_of_others(name, flag); });
}

}  // namespace

std::vector<Command> all_commands() {
  const std::vector<Entry> success{{"0", "success"}, {"1", "bad usage"}};
  return {serve_command(),
          once_command(),
          run_command(),
          stats_command(),
          report_command(),
          check_config_command(),
          doctor_command(),
          {.page = {.name = "help",
                    .operands = "[COMMAND]",
                    .summary = "shows this text, or the flags and examples of a command",
                    .description = "Shows all commands, or the flags and examples of one command.",
                    .operand = Operand::kWord,
                    .examples = {{"procledger help once", "The flags of once"}},
                    .statuses = success},
           .flags = nullptr,
           .run = run_help},
          {.page = {.name = "version",
                    .operands = "",
                    .summary = "shows the version; also -v and --version",
                    .description = "Shows the version and the source revision of this program.",
                    .examples = {{"procledger version", "The version"}},
                    .statuses = success},
           .flags = nullptr,
           .run = run_version}};
}

std::string program_help() {
  constexpr std::size_t kColumn = 16;
  std::string text =
      "Exact process accounting for Prometheus.\n\n"
      "Usage: procledger [serve] [flags]\n"
      "       procledger COMMAND [flags] [arguments]\n\n"
      "Commands:\n";
  for (const Command& command : all_commands()) text += help_row(command.page.name, command.page.summary, kColumn);
  return text +
         "\nExamples:\n"
         "  procledger                      serve metrics on :9056\n"
         "  procledger once --for 10s       print what every group used in 10 seconds\n"
         "  procledger run -- make -j8      print what a build used\n"
         "\n`procledger help COMMAND` shows the flags and examples of a command.\n";
}

std::string flag_of_others(std::string_view command, const std::string& flag) {
  std::string owners;
  for (const Command& other : all_commands()) {
    if (other.page.name == command || other.flags == nullptr) continue;
    const auto flags = other.flags();
    if (std::ranges::none_of(flags, [&flag](const Flag& each) { return each.name == flag || each.short_name == flag; })) continue;
    (owners += owners.empty() ? "" : ", ") += other.page.name;
  }
  if (owners.empty()) return owners;
  return std::string{command} + " has no flag " + flag + ", which belongs to " + owners;
}

int run_program(std::span<const std::string> arguments) try {
  const auto done = dispatch(arguments);
  if (done) return *done;
  std::fflush(stdout);  // the output comes before the error, even if both streams are the same pipe
  print_note(done.error().message);
  return done.error().kind == ErrorKind::kUsage ? kBadUsage : kCannotStart;
} catch (const std::exception& error) {
  std::fflush(stdout);
  print_note("internal error: " + std::string{error.what()});
  return kInternal;
}

}  // namespace procledger::commands
