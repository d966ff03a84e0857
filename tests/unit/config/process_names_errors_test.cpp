// SPDX-License-Identifier: Apache-2.0
// Errors in the form of process-exporter. The texts are exact, because users read them.
#include "diagnosed.hpp"

namespace procledger::config {
namespace {

constexpr Case kProcessNamesCases[] = {
    {"NoMatchers", R"y(process_names:
  - name: a
)y",
     "c.yaml:2:5: error: process_names[0]: no matchers provided; expected one of comm, exe, cmdline\n"},
    {"UnknownKeyIsNotIgnored", R"y(process_names:
  - comm: [a]
    command: [b]
)y",
     "c.yaml:3:5: error: process_names[0]: unknown key \"command\"; expected one of name, comm, exe, cmdline\n"},
    {"UnknownTopKey", R"y(process_names:
  - comm: [a]
process_name: 1
)y",
     "c.yaml:3:1: error: unknown key \"process_name\"; expected one of process_names, collect, limits; did you mean \"process_names\"?\n"},
    {"BothForms", R"y(process_names:
  - comm: [a]
groups:
  - name: a
)y",
     "c.yaml:3:1: error: groups: a key of procledger's own form, in a file with process_names; expected one form in a file; write "
     "process_names as groups\n"},
    {"DefaultOfOurs", R"y(process_names:
  - comm: [a]
default: drop
)y",
     "c.yaml:3:1: error: default: a key of procledger's own form, in a file with process_names; expected one form in a file; write "
     "process_names as groups\n"},
    {"EmptyList", R"y(process_names:
  - exe: []
)y",
     "c.yaml:2:10: error: process_names[0].exe: an empty list; expected a list of programs; add an item or remove the key\n"},
    {"BadRegex", R"y(process_names:
  - cmdline: ["a("]
)y",
     "c.yaml:2:16: error: process_names[0].cmdline[0]: bad pattern: missing ): a(; expected a regular expression in RE2 syntax\n"},
    {"BadTemplate", R"y(process_names:
  - name: "{{.Exe_Base}}"
    exe: [a]
)y",
     "c.yaml:2:14: error: process_names[0].name: bad template: \".Exe_Base\"; expected one of .Comm .Exe .ExeBase .ExeFull .Username .PID "
     ".StartTime .Cgroup .Cgroups .Unit .Namespace .Pod .Container .Matches; did you mean .ExeBase?\n"},
    {"NotAList", "process_names: {comm: [a]}\n", "c.yaml:1:16: error: process_names: keys with values; expected a list\n"},
    {"Nothing", "process_names:\n", "c.yaml:1:1: error: process_names: nothing; expected a list; add a value or remove the key\n"},
};

INSTANTIATE_TEST_SUITE_P(ProcessNames, Diagnosed, testing::ValuesIn(kProcessNamesCases), name_of);

}  // namespace
}  // namespace procledger::config
