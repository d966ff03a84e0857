// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/compat_flags.hpp"

#include <algorithm>
#include <array>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/duration.hpp"
#include "commands/cli/flags.hpp"

namespace procledger::commands {
namespace {

constexpr std::array<std::string_view, 14> kFlags{"--compat",
                                                  "--config.path",
                                                  "--procnames",
                                                  "--namemapping",
                                                  "--procfs",
                                                  "--children",
                                                  "--threads",
                                                  "--gather-smaps",
                                                  "--recheck",
                                                  "--recheck-with-time-limit",
                                                  "--remove-empty-groups",
                                                  "--once-to-stdout-delay",
                                                  "--debug",
                                                  "--man"};
constexpr const char* kHelpGroup = "With --compat=process-exporter";

/// What Go's strconv.ParseBool takes.
std::optional<bool> parse_bool(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTrue{"1", "t", "T", "true", "TRUE", "True"};
  constexpr std::array<std::string_view, 6> kFalse{"0", "f", "F", "false", "FALSE", "False"};
  if (std::ranges::find(kTrue, text) != kTrue.end()) return true;
  if (std::ranges::find(kFalse, text) != kFalse.end()) return false;
  return std::nullopt;
}

/// Takes values over one after the other and remembers the first that makes no sense.
class Interpreter {
 public:
  void take(const char* flag, const std::string& text, bool& value) {
    const auto parsed = parse_bool(text);
    if (!parsed) return complain({ErrorKind::kUsage, std::string{flag} + ": " + in_quotes(text) + " is neither true nor false"});
    value = *parsed;
  }
  void take(const char* flag, const std::string& text, std::chrono::milliseconds& value) {
    auto parsed = parse_duration(text);
    if (!parsed) return complain(std::move(parsed.error()).within(flag));
    value = *parsed;
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  void complain(Error error) {
    if (!error_) error_ = std::move(error);
  }
  std::optional<Error> error_;
};

Result<std::optional<CompatOptions>> interpret_values(const CompatGiven& given) {
  CompatOptions options = given.values;
  Interpreter in;
  in.take("--children", given.children, options.children);
  in.take("--threads", given.threads, options.threads);
  in.take("--gather-smaps", given.gather_smaps, options.gather_smaps);
  in.take("--recheck", given.recheck, options.recheck);
  in.take("--remove-empty-groups", given.remove_empty_groups, options.remove_empty_groups);
  in.take("--debug", given.debug, options.debug);
  in.take("--man", given.manual, options.manual);
  in.take("--recheck-with-time-limit", given.recheck_time_limit, options.recheck_time_limit);
  in.take("--once-to-stdout-delay", given.once_delay, options.once_delay);
  if (const auto& error = in.error()) return tl::unexpected{*error};
  if (options.recheck_time_limit.count() > 0) options.recheck = true;
  if (!options.config_path.empty() && !(options.procnames.empty() && options.namemapping.empty())) {
    return usage("--config.path excludes --procnames and --namemapping");
  }
  return options;
}

}  // namespace

void define_compat(CLI::App& app, CompatGiven& given) {
  app.add_option("--compat", given.mode, "Whose metrics and flags to offer: none (our own) or process-exporter")->capture_default_str();
  const auto text = [&app](const char* name, std::string& value, const char* help) {
    app.add_option(name, value, help)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)->group(kHelpGroup);
  };
  const auto flag = [&app](const char* name, std::string& value, const char* help) {
    app.add_flag(name, value, help)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)->group(kHelpGroup);
  };
  text("--config.path", given.values.config_path, "File with process_names");
  text("--procnames", given.values.procnames, "Commands to watch: name,name,...");
  text("--namemapping", given.values.namemapping, "Groups by command line: name,regex,...");
  text("--procfs", given.values.procfs, "As --path.procfs");
  flag("--children", given.children, "What no rule names is in its parent's group (default true)");
  flag("--threads", given.threads, "Metrics by thread name (default true)");
  flag("--gather-smaps", given.gather_smaps, "Proportional memory, sampled in the background (default true)");
  flag("--recheck", given.recheck, "Taken, and needless: groups are decided anew at every exec");
  text("--recheck-with-time-limit", given.recheck_time_limit, "Likewise");
  flag("--remove-empty-groups", given.remove_empty_groups, "A group goes with its last process (default false)");
  text("--once-to-stdout-delay", given.once_delay, "Wait so long, print one page to stdout, and end");
  flag("--debug", given.debug, "As --log.level=debug");
  flag("--man", given.manual, "Show the manual");
}

Result<std::optional<CompatOptions>> interpret_compat(const CLI::App& app, const CompatGiven& given) {
  if (given.mode == "process-exporter") return interpret_values(given);
  if (given.mode != "none") return usage("--compat: " + in_quotes(given.mode) + " is none of none, process-exporter");
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group() == kHelpGroup && option->count() > 0) {
      return usage(option->get_name() + " needs --compat=process-exporter");
    }
  }
  return std::nullopt;
}

std::span<const std::string_view> compat_flags() { return kFlags; }

std::string_view compat_manual() {
  return R"(
With --compat=process-exporter, procledger takes the flags and the configuration
of process-exporter and serves its metrics, namedprocess_namegroup_*, on :9256.

  procledger --compat=process-exporter -config.path FILE
  procledger --compat=process-exporter -procnames NAME,... [-namemapping NAME,REGEX,...]

FILE is YAML: a list under process_names, the first item that fits wins.

  process_names:
    - name: "{{.Comm}}"          the group, a template; default {{.ExeBase}}
      comm: [bash]               one of these command names, exactly
      exe: [/usr/sbin/sshd]      one of these as argv[0]: whole with a slash, else its end
      cmdline: ['--port (\d+)']  all of these RE2 expressions, found somewhere

Fields of a name: Comm, ExeBase, ExeFull, Username, PID, StartTime, Cgroups, Matches.

-procnames watches commands by name, each a group. -namemapping makes groups of
those whose command line fits: NAME:TEXT, TEXT being what the first group of REGEX
that is not empty has found. Either excludes -config.path.

What was wrong in process-exporter and is not here: docs/compat.md.
)";
}

}  // namespace procledger::commands
