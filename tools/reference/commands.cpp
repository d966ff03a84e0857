// SPDX-License-Identifier: Apache-2.0
#include "reference/commands.hpp"

#include <array>
#include <sstream>

#include "commands/report/options.hpp"
#include "commands/run/options.hpp"
#include "commands/serve/options.hpp"
#include "commands/stats/options.hpp"
#include "reference/own_flags.hpp"

namespace procledger::reference {
namespace {

constexpr std::array kCommands{
    Command{"serve", "[flags]", "the daemon (default)"},
    Command{"once", "[flags]", "one exposition to stdout"},
    Command{"doctor", "[--json]", "what this host and these rights allow, and what is missing for more"},
    Command{"run", "[flags] -- COMMAND [ARGUMENTS]", "runs a command, accounts for all that it starts, exits with its status",
            Operands::kCommand, own_flags<commands::RunGiven, commands::define_run>},
    Command{"stats", "[selection]", "sums and rates over chosen processes, once", Operands::kNone,
            own_flags<commands::StatsFlags, commands::define_stats_options>},
    Command{"report", "--prometheus URL [flags]", "least, mean and most of each group over a window, from a Prometheus server",
            Operands::kNone, own_flags<commands::ReportFlags, commands::define_report_options>},
    Command{"check-config", "[--expect] FILE", "what is wrong with a configuration", Operands::kFile},
};

Flag read_flag(const CLI::Option& option) {
  Flag flag;
  flag.name = option.get_lnames().empty() ? "" : "--" + option.get_lnames().front();
  flag.shorter = option.get_snames().empty() ? "" : "-" + option.get_snames().front();
  if (flag.name.empty()) std::swap(flag.name, flag.shorter);
  flag.value = option.get_expected_max() == 0 ? "" : option.get_type_name();
  flag.fallback = option.get_default_str();
  if (flag.fallback.starts_with('[') && flag.fallback.ends_with(']')) flag.fallback = flag.fallback.substr(1, flag.fallback.size() - 2);
  flag.help = option.get_description();
  flag.group = option.get_group() == "Options" ? "" : option.get_group();
  flag.repeatable = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  return flag;
}

std::vector<Flag> flags_by(void (*show)(const std::function<void(const CLI::App&)>&)) {
  std::vector<Flag> flags;
  show([&flags](const CLI::App& app) {
    for (const CLI::Option* option : app.get_options()) {
      if (option->nonpositional()) flags.push_back(read_flag(*option));
    }
  });
  return flags;
}

}  // namespace

std::span<const Command> commands() { return kCommands; }

std::vector<std::string> Flag::choices() const {
  std::vector<std::string> found;
  if (value.find('|') == std::string::npos) return found;
  std::istringstream words{value};
  for (std::string word; std::getline(words, word, '|');) found.push_back(word);
  return found;
}

std::vector<Flag> program_flags() { return flags_by(commands::with_command_line); }

std::vector<Flag> flags_of(const Command& command) {
  return flags_by(command.own_flags != nullptr ? command.own_flags : commands::with_command_line);
}

}  // namespace procledger::reference
