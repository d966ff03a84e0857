// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/compat_flags.hpp"

#include <array>
#include <utility>

namespace procledger::commands {
namespace {

constexpr const char* kHeading = "With --compat=process-exporter";
constexpr std::array<std::pair<std::string_view, bool>, 2> kModes{{{"none", false}, {"process-exporter", true}}};

/// Adds flags that behave like flags of a Go program: the last of several values counts, and a text may be empty.
class GoFlags {
 public:
  explicit GoFlags(FlagTable& table) : table_{table} {}

  template <typename Target>
  void add(const char* name, const char* value, const char* help, Target&& target) {
    table_.add({.name = name, .value = value, .help = help, .last_wins = true, .may_be_empty = *value != '\0'},
               std::forward<Target>(target));
  }

 private:
  FlagTable& table_;
};

constexpr const char* kNoEffect = "Accepted for compatibility; has no effect";
constexpr std::array<std::string_view, 2> kWithoutEffect{"--recheck", "--recheck-with-time-limit"};

TakeValue take_delay(std::chrono::milliseconds& target) { return take_duration(target, std::chrono::milliseconds{1}, "for none"); }

}  // namespace

void define_compat(FlagTable& table, CompatFlags& flags, CompatUse use) {
  table.heading("Compatibility");
  table.add({.name = "--compat",
             .value = "none|process-exporter",
             .help = "Replace process-exporter: take its flags and port, and serve its metrics",
             .fallback = "none"},
            take_choice(flags.process_exporter, kModes));
  table.heading(kHeading);
  table.need(std::string{kCompatMode}, [&flags] { return flags.process_exporter; });
  GoFlags go{table};
  CompatOptions& values = flags.values;
  go.add("--config.path", "FILE", "As --config.file", flags.config_path);
  if (use != CompatUse::kCheckConfig) {
    go.add("--procnames", "LIST", "Group processes by these command names: name,name,...", values.procnames);
    go.add("--namemapping", "LIST", "Group processes by command line: name,regex,...", values.namemapping);
  }
  go.add("--procfs", "DIR", "As --path.procfs", flags.procfs);
  go.add("--children", "", "Put a process that no rule matches into its parent's group (default: the value in the file, else true)",
         flags.children);
  go.add("--threads", "", "Add metrics by thread name (default: true)", values.threads);
  go.add("--gather-smaps", "", "Add proportional memory, sampled in the background (default: true)", values.gather_smaps);
  if (use == CompatUse::kCheckConfig) return;
  go.add("--remove-empty-groups", "", "Remove a group from the page when its last process exits", values.remove_empty_groups);
  go.add("--recheck", "", kNoEffect, flags.recheck);
  go.add("--recheck-with-time-limit", "DURATION", kNoEffect, take_delay(flags.recheck_time_limit));
  go.add("--once-to-stdout-delay", "DURATION", "Wait this long, print one page to stdout, and exit", take_delay(values.once_delay));
  if (use != CompatUse::kServe) return;
  go.add("--debug", "", "As --log.level=debug", flags.debug);
  go.add("--man", "", "Show the manual", values.manual);
}

std::optional<CompatOptions> interpret_compat(const FlagTable& table, const CompatFlags& flags) {
  if (!flags.process_exporter) return std::nullopt;
  CompatOptions options = flags.values;
  if (table.given("--children")) options.children = flags.children;
  return options;
}

std::vector<std::string> notes_of_compat(const FlagTable& table) {
  std::vector<std::string> notes;
  for (const std::string_view name : kWithoutEffect) {
    if (table.given(name)) notes.push_back(std::string{name} + " has no effect: procledger reclassifies a process at every exec");
  }
  return notes;
}

std::string_view compat_manual() {
  return R"(
With --compat=process-exporter, procledger takes the flags and the configuration
of process-exporter and serves its metrics, namedprocess_namegroup_*, on :9256.

  procledger --compat=process-exporter -config.path FILE
  procledger --compat=process-exporter -procnames NAME,... [-namemapping NAME,REGEX,...]

FILE is YAML: a list under process_names. The first item that matches decides.

  process_names:
    - name: "{{.Comm}}"          the group, a template; default {{.ExeBase}}
      comm: [bash]               any of these command names, exactly
      exe: [/usr/sbin/sshd]      any of these programs: argv[0], or its last part if the item has no slash
      cmdline: ['--port (\d+)']  all of these RE2 expressions, anywhere in the command line

Fields of a name: Comm, ExeBase, ExeFull, Username, PID, StartTime, Cgroups, Matches.

-procnames makes one group of each command name. With -namemapping, a process with
the command name NAME and a command line that matches REGEX is in the group NAME:TEXT.
TEXT is the first capture group of REGEX that is not empty. Neither flag can be
combined with -config.path.

FILE may also have procledger's own form. -config.file is another name of -config.path.

docs/compat.md lists the defects of process-exporter that procledger does not have.
)";
}

}  // namespace procledger::commands
