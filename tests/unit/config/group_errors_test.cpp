// SPDX-License-Identifier: Apache-2.0
// Errors in a group. The texts are exact, because users read them.
#include "diagnosed.hpp"

namespace procledger::config {
namespace {

constexpr Case kGroupCases[] = {
    {"UnknownKey", R"y(groups:
  - name: a
    match: {com: [a]}
)y",
     "c.yaml:3:13: error: groups[0].match: unknown key \"com\"; expected one of comm, exe, cmdline, user, pid, pidfile, ppid, env, cgroup, "
     "unit, namespace, pod, container; did you mean \"comm\"?\n"},
    {"UnknownKeyLikeNone", R"y(groups:
  - name: a
    nice: 10
)y",
     "c.yaml:3:5: error: groups[0]: unknown key \"nice\"; expected one of name, match, not, labels, threads, processes, memory, sockets; "
     "did you mean \"name\"?\n"},
    {"DuplicateKey", R"y(groups:
  - name: a
    match: {comm: a}
    name: b
)y",
     "c.yaml:4:5: error: groups[0]: duplicate key \"name\"; expected each key once; the first is in line 2\n"},
    {"NoName", R"y(groups:
  - match: {comm: a}
)y",
     "c.yaml:2:5: error: groups[0]: a group without a name; expected the key name; for example name: \"{{.Comm}}\"\n"},
    {"NameIsEmpty", R"y(groups:
  - name: ""
)y",
     "c.yaml:2:11: error: groups[0].name: empty text; expected a template such as \"{{.Comm}}\"\n"},
    {"NameIsAList", R"y(groups:
  - name: [a]
)y",
     "c.yaml:2:11: error: groups[0].name: a list; expected a template such as \"{{.Comm}}\"\n"},
    {"NameIsReserved", R"y(groups:
  - name: "(other)"
)y",
     "c.yaml:2:11: error: groups[0].name: the reserved name \"(other)\"; expected a name of your own; names in parentheses are "
     "procledger's, such as (kernel)\n"},
    {"GroupIsText", "groups: [a]\n", "c.yaml:1:10: error: groups[0]: \"a\"; expected keys with values\n"},
    {"GroupsIsAMap", "groups: {name: a}\n", "c.yaml:1:9: error: groups: keys with values; expected a list\n"},
    {"TemplateField", R"y(groups:
  - name: "pg:{{.Com}}"
)y",
     "c.yaml:2:17: error: groups[0].name: bad template: \".Com\"; expected one of .Comm .Exe .ExeBase .ExeFull .Username .PID .StartTime "
     ".Cgroup .Cgroups .Unit .Namespace .Pod .Container .Matches; did you mean .Comm?\n"},
    {"TemplateLanguage", R"y(groups:
  - name: '{{if .Comm}}x{{end}}'
)y",
     "c.yaml:2:14: error: groups[0].name: bad template: \"if\"; expected a field such as {{.Comm}}, {{.Matches.name}} or {{index .Cgroups "
     "0}}; control structures are not supported: write one rule for each case\n"},
    {"TemplateUnquotedColumn", R"y(groups:
  - name: pg {{.Comm
)y",
     "c.yaml:2:14: error: groups[0].name: bad template: \"{{.Comm\"; expected }}; {{ is never closed\n"},
    {"TemplateInBlockText", R"y(groups:
  - name: >-
      a
      {{.Com}}
)y",
     "c.yaml:2:11: error: groups[0].name: bad template: \".Com\"; expected one of .Comm .Exe .ExeBase .ExeFull .Username .PID .StartTime "
     ".Cgroup .Cgroups .Unit .Namespace .Pod .Container .Matches; did you mean .Comm?\n"},
    {"CaptureThatIsNone", R"y(groups:
  - name: "{{.Matches.db}}"
    match: {cmdline: "(?P<dbname>a)"}
)y",
     "c.yaml:2:11: error: groups[0].name: no cmdline pattern here captures \"db\"; expected dbname; capture it with (?P<name>...)\n"},
    {"CaptureWithoutPattern", R"y(groups:
  - name: "{{.Matches.db}}"
)y",
     "c.yaml:2:11: error: groups[0].name: no cmdline pattern here captures \"db\"; expected a capture that exists; capture it with "
     "(?P<name>...)\n"},
    {"CommTooLong", R"y(groups:
  - name: a
    match: {comm: [a, kube-controller-manager]}
)y",
     "c.yaml:3:23: error: groups[0].match.comm[1]: \"kube-controller-manager\" has 23 bytes and matches nothing; expected at most 15 "
     "bytes; the kernel cuts names; did you mean \"kube-controller\"?\n"},
    {"BadRegex", R"y(groups:
  - name: a
    match: {cmdline: ['ok', 'a(b']}
)y",
     "c.yaml:3:30: error: groups[0].match.cmdline[1]: bad pattern: missing ): a(b; expected a regular expression in RE2 syntax\n"},
    {"LookAhead", R"y(groups:
  - name: a
    match: {cmdline: 'a(?!b)'}
)y",
     "c.yaml:3:24: error: groups[0].match.cmdline: bad pattern: look-ahead is not supported; expected a regular expression in RE2 syntax; "
     "exclude processes with the key not\n"},
    {"NamedGroupOfOthers", R"y(groups:
  - name: a
    match: {cmdline: 'a(?<b>c)'}
)y",
     "c.yaml:3:24: error: groups[0].match.cmdline: bad pattern: write a named group as (?P<name>...); expected a regular expression in RE2 "
     "syntax\n"},
    {"RegexTooLarge", R"y(groups:
  - name: a
    match: {cmdline: '(?:\pL{100}){10}'}
)y",
     "c.yaml:3:23: error: groups[0].match.cmdline: bad pattern: pattern too large - compile failed; expected a regular expression in RE2 "
     "syntax\n"},
    {"BadGlob", R"y(groups:
  - name: a
    match: {unit: "a[b.service"}
)y",
     "c.yaml:3:21: error: groups[0].match.unit: bad pattern: \"[\" is never closed; expected a glob\n"},
    {"RelativeExe", R"y(groups:
  - name: a
    match: {exe: postgres}
)y",
     "c.yaml:3:18: error: groups[0].match.exe: \"postgres\" matches no absolute path; expected a glob that begins with \"/\" or \"**\"; "
     "did you mean \"**/postgres\"?\n"},
    {"RelativeCgroup", R"y(groups:
  - name: a
    match: {cgroup: system.slice/*}
)y",
     "c.yaml:3:21: error: groups[0].match.cgroup: \"system.slice/*\" matches no absolute path; expected a glob that begins with \"/\" or "
     "\"**\"; did you mean \"**/system.slice/*\"?\n"},
    {"RelativePidfile", R"y(groups:
  - name: a
    match: {pidfile: a.pid}
)y",
     "c.yaml:3:22: error: groups[0].match.pidfile: \"a.pid\"; expected an absolute path\n"},
    {"EmptyList", R"y(groups:
  - name: a
    match: {comm: []}
)y",
     "c.yaml:3:19: error: groups[0].match.comm: an empty list; expected a name or a list of names; add an item or remove the key\n"},
    {"EmptyText", R"y(groups:
  - name: a
    match: {user: [root, ""]}
)y",
     "c.yaml:3:26: error: groups[0].match.user[1]: empty text; expected a user or a list of users\n"},
    {"EmptyMatch", R"y(groups:
  - name: a
    match: {}
)y",
     "c.yaml:3:12: error: groups[0].match: an empty map; expected one of comm, exe, cmdline, user, pid, pidfile, ppid, env, cgroup, unit, "
     "namespace, pod, container; to match every process, remove the key\n"},
    {"MatchIsNothing", R"y(groups:
  - name: a
    match:
    not: {comm: b}
)y",
     "c.yaml:3:5: error: groups[0].match: nothing; expected keys with values; add a value or remove the key\n"},
    {"ListInList", R"y(groups:
  - name: a
    match: {comm: [[a]]}
)y",
     "c.yaml:3:20: error: groups[0].match.comm[0]: a list; expected a name or a list of names\n"},
    {"PidZero", R"y(groups:
  - name: a
    match: {pid: 0}
)y",
     "c.yaml:3:18: error: groups[0].match.pid: 0; expected a number from 1 to 4194304\n"},
    {"PidInQuotes", R"y(groups:
  - name: a
    match: {pid: ["1"]}
)y",
     "c.yaml:3:19: error: groups[0].match.pid[0]: \"1\"; expected a number from 1 to 4194304; remove the quotes\n"},
    {"PpidTooLarge", R"y(groups:
  - name: a
    match: {ppid: 4194305}
)y",
     "c.yaml:3:19: error: groups[0].match.ppid: 4194305; expected a number from 0 to 4194304\n"},
    {"EnvName", R"y(groups:
  - name: a
    match: {env: {"A=B": c}}
)y",
     "c.yaml:3:19: error: groups[0].match.env.A=B: the variable \"A=B\"; expected a name without \"=\"\n"},
    {"EnvPattern", R"y(groups:
  - name: a
    match: {env: {A: "~b("}}
)y",
     "c.yaml:3:24: error: groups[0].match.env.A: bad pattern: missing ): b(; expected a regular expression in RE2 syntax\n"},
    {"EnvEmptyPattern", R"y(groups:
  - name: a
    match: {env: {A: "~"}}
)y",
     "c.yaml:3:22: error: groups[0].match.env.A: an empty pattern; expected a value, a ~pattern, or null for a variable that must not be "
     "set; to match every value write ~.*\n"},
    {"EnvList", R"y(groups:
  - name: a
    match: {env: {A: [b]}}
)y",
     "c.yaml:3:22: error: groups[0].match.env.A: a list; expected a value, a ~pattern, or null for a variable that must not be set\n"},
    {"EnvIsAList", R"y(groups:
  - name: a
    match: {env: [A]}
)y",
     "c.yaml:3:18: error: groups[0].match.env: a list; expected keys with values\n"},
    {"NotHasTheSameKeys", R"y(groups:
  - name: a
    not: {name: b}
)y",
     "c.yaml:3:11: error: groups[0].not: unknown key \"name\"; expected one of comm, exe, cmdline, user, pid, pidfile, ppid, env, cgroup, "
     "unit, namespace, pod, container\n"},
};

INSTANTIATE_TEST_SUITE_P(Group, Diagnosed, testing::ValuesIn(kGroupCases), name_of);

}  // namespace
}  // namespace procledger::config
