// SPDX-License-Identifier: Apache-2.0
// Warnings: valid files that are probably mistakes. The texts are exact, because users read them.
#include "diagnosed.hpp"

namespace procledger::config {
namespace {

constexpr Case kWarningCases[] = {
    {"RuleBehindAllMatching", R"y(groups:
  - name: all
  - name: a
    match: {comm: a}
)y",
     "c.yaml:3:5: warning: groups[1]: no process reaches this rule; groups[0] in line 2 matches all of its processes first\n"},
    {"RuleBehindWiderList", R"y(groups:
  - name: ab
    match: {comm: [a, b]}
  - name: a
    match: {comm: a, user: root}
)y",
     "c.yaml:4:5: warning: groups[1]: no process reaches this rule; groups[0] in line 2 matches all of its processes first\n"},
    {"RuleBehindFewerPatterns", R"y(groups:
  - name: a
    match: {cmdline: [x]}
  - name: b
    match: {cmdline: [x, y]}
)y",
     "c.yaml:4:5: warning: groups[1]: no process reaches this rule; groups[0] in line 2 matches all of its processes first\n"},
    {"RuleExcludesWhatItMatches", R"y(groups:
  - name: a
    match: {comm: a}
    not: {comm: [a, b]}
)y",
     "c.yaml:2:5: warning: groups[0]: this group is always empty; the key not excludes every process that the key match selects\n"},
    {"CommWithWildcard", R"y(groups:
  - name: a
    match: {comm: kworker*}
)y",
     "c.yaml:3:19: warning: groups[0].match.comm: \"kworker*\" is compared literally; comm has no wildcards; use cmdline or exe\n"},
    {"ProcessNamesCommTooLong", R"y(process_names:
  - comm: [kube-controller-manager]
)y",
     "c.yaml:2:12: warning: process_names[0].comm[0]: \"kube-controller-manager\" has 23 bytes and matches nothing; expected at most 15 "
     "bytes; the kernel cuts names; did you mean \"kube-controller\"?\n"},
    {"ProcessNamesCaptureThatIsNone", R"y(process_names:
  - name: "{{.Matches.a}}"
    comm: [a]
)y",
     "c.yaml:2:11: warning: process_names[0].name: no cmdline pattern here captures \"a\"; expected a capture that exists; capture it with "
     "(?P<name>...)\n"},
};

INSTANTIATE_TEST_SUITE_P(Warning, Diagnosed, testing::ValuesIn(kWarningCases), name_of);

}  // namespace
}  // namespace procledger::config
