// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/compat_flags.hpp"

#include <array>
#include <utility>

namespace procledger::commands {
namespace {

constexpr const char* kHeading = "With --compat=process-exporter";
constexpr std::array<std::pair<std::string_view, bool>, 2> kModes{{{"none", false}, {"process-exporter", true}}};

/// Adds flags of Go's kind: the last value counts, and a text may be empty.
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
             .help = "Whose metrics, flags and port to offer: procledger's (none) or process-exporter's",
             .fallback = "none"},
            take_choice(flags.process_exporter, kModes));
  table.heading(kHeading);
  table.need(std::string{kCompatMode}, [&flags] { return flags.process_exporter; });
  GoFlags go{table};
  CompatOptions& values = flags.values;
  go.add("--config.path", "FILE", "As --config.file", flags.config_path);
  if (use != CompatUse::kCheckConfig) {
    go.add("--procnames", "LIST", "Commands to watch: name,name,...", values.procnames);
    go.add("--namemapping", "LIST", "Groups by command line: name,regex,...", values.namemapping);
  }
  go.add("--procfs", "DIR", "As --path.procfs", flags.procfs);
  go.add("--children", "", "A process that no rule names is in its parent's group (default: true, or what the file says)", flags.children);
  go.add("--threads", "", "Metrics by thread name (default: true)", values.threads);
  go.add("--gather-smaps", "", "Proportional memory, sampled in the background (default: true)", values.gather_smaps);
  if (use == CompatUse::kCheckConfig) return;
  go.add("--remove-empty-groups", "", "A group leaves the page with its last process", values.remove_empty_groups);
  go.add("--recheck", "", kNoEffect, flags.recheck);
  go.add("--recheck-with-time-limit", "DURATION", kNoEffect, take_delay(flags.recheck_time_limit));
  go.add("--once-to-stdout-delay", "DURATION", "Wait this long, print one page to stdout, and end", take_delay(values.once_delay));
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
    if (table.given(name)) notes.push_back(std::string{name} + " has no effect: every exec decides a process's group again");
  }
  return notes;
}

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

FILE may be one in procledger's own form, too, and -config.file is the same flag.

What was wrong in process-exporter and is not here: docs/compat.md.
)";
}

}  // namespace procledger::commands
