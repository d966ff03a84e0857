// SPDX-License-Identifier: Apache-2.0
// Errors outside of groups. The texts are exact, because users read them.
#include "diagnosed.hpp"

namespace procledger::config {
namespace {

constexpr Case kSectionCases[] = {
    {"UnknownSection", "colect: {interval: 5s}\n",
     "c.yaml:1:1: error: unknown key \"colect\"; expected one of collect, limits, groups, default, children, exclude_self, containers, "
     "threads, process_names; did you mean \"collect\"?\n"},
    {"SectionWithoutValue", R"y(collect:
limits: {groups: 5}
)y",
     "c.yaml:1:1: error: collect: nothing; expected keys with values; add a value or remove the key\n"},
    {"IntervalWithoutUnit", "collect: {interval: 5}\n",
     "c.yaml:1:21: error: collect.interval: \"5\"; expected 0s, or a duration from 10ms to 1h such as 500ms, 5s, 1m30s; a number needs a "
     "unit: did you mean \"5s\"?\n"},
    {"IntervalTooShort", "collect: {interval: 1ms}\n",
     "c.yaml:1:21: error: collect.interval: \"1ms\"; expected 0s, or a duration from 10ms to 1h such as 500ms, 5s, 1m30s\n"},
    {"IntervalTooLong", "collect: {interval: 2h}\n",
     "c.yaml:1:21: error: collect.interval: \"2h\"; expected 0s, or a duration from 10ms to 1h such as 500ms, 5s, 1m30s\n"},
    {"IntervalIsAList", "collect: {interval: [5s]}\n",
     "c.yaml:1:21: error: collect.interval: a list; expected 0s, or a duration from 10ms to 1h such as 500ms, 5s, 1m30s\n"},
    {"HistogramOff", "collect: {lifetime_histogram: off}\n",
     "c.yaml:1:31: error: collect.lifetime_histogram: \"off\"; expected true or false; write false\n"},
    {"LimitIsText", "limits: {groups: many}\n", "c.yaml:1:18: error: limits.groups: \"many\"; expected a number from 1 to 100000\n"},
    {"LimitInQuotes", "limits: {groups: \"10\"}\n",
     "c.yaml:1:18: error: limits.groups: \"10\"; expected a number from 1 to 100000; remove the quotes\n"},
    {"LimitTooSmall", "limits: {series: 99}\n", "c.yaml:1:18: error: limits.series: 99; expected a number from 100 to 10000000\n"},
    {"LimitTooLarge", "limits: {label_bytes: 4096}\n", "c.yaml:1:23: error: limits.label_bytes: 4096; expected a number from 16 to 1024\n"},
    {"LimitIsAFraction", "limits: {groups: 1.5}\n", "c.yaml:1:18: error: limits.groups: 1.5; expected a number from 1 to 100000\n"},
    {"DefaultIsNothing", "default: null\n",
     "c.yaml:1:1: error: default: nothing; expected a template, or drop; add a value or remove the key\n"},
    {"DefaultTemplate", "default: \"{{.Exe_Base}}\"\n",
     "c.yaml:1:13: error: default: bad template: \".Exe_Base\"; expected one of .Comm .Exe .ExeBase .ExeFull .Username .PID .StartTime "
     ".Cgroup .Cgroups .Unit .Namespace .Pod .Container .Matches; did you mean .ExeBase?\n"},
    {"DefaultCaptures", "default: \"{{.Matches.a}}\"\n",
     "c.yaml:1:10: error: default: no cmdline pattern here captures \"a\"; expected a capture that exists; capture it with "
     "(?P<name>...)\n"},
    {"DefaultReserved", "default: (kernel)\n",
     "c.yaml:1:10: error: default: the reserved name \"(kernel)\"; expected a name of your own; names in parentheses are procledger's, "
     "such as (kernel)\n"},
    {"ChildrenWord", "children: inherited\n",
     "c.yaml:1:11: error: children: \"inherited\"; expected one of inherit, own; did you mean \"inherit\"?\n"},
    {"ExcludeSelfNumber", "exclude_self: 1\n", "c.yaml:1:15: error: exclude_self: 1; expected true or false; write true\n"},
    {"ThreadFilterWithoutAWord", "threads: {filter: []}\n",
     "c.yaml:1:19: error: threads.filter: an empty list; expected a command's name or a PID, or a list of them; add an item or "
     "remove the key\n"},
    {"ThreadFilterNumber", "threads: {filter: [0, 99999999]}\n",
     "c.yaml:1:20: error: threads.filter[0]: \"0\"; expected a command's name or a PID, or a list of them; 0 is not a PID; "
     "PIDs are 1 to 4194304\n"
     "c.yaml:1:23: error: threads.filter[1]: \"99999999\"; expected a command's name or a PID, or a list of them; 99999999 is not a PID; "
     "PIDs are 1 to 4194304\n"},
    {"ContainerField", "containers: {labels: [pods]}\n",
     "c.yaml:1:23: error: containers.labels[0]: \"pods\"; expected one of namespace, pod, container, container_id, pod_uid, qos; did you "
     "mean \"pod\"?\n"},
    {"ContainerFieldTwice", "containers: {labels: [pod, pod]}\n",
     "c.yaml:1:28: error: containers.labels[1]: a second label \"pod\"; expected each label once\n"},
    {"ContainerRenamedToOurs", "containers: {labels: [pod: group]}\n",
     "c.yaml:1:28: error: containers.labels[0].pod: the label name \"group\" is procledger's own; expected another name; for example "
     "my_group\n"},
    {"ContainerRenamedTwice", "containers: {labels: [pod: a, container: a]}\n",
     "c.yaml:1:31: error: containers.labels[1]: a second label \"a\"; expected each label once\n"},
    {"ContainerLabelsIsText", "containers: {labels: pod}\n", "c.yaml:1:22: error: containers.labels: \"pod\"; expected a list\n"},
    {"ClassHost", "containers: {class: {host: \"*\"}}\n",
     "c.yaml:1:22: error: containers.class.host: the class \"host\"; expected a name of your own; processes outside pods have the class "
     "\"host\"\n"},
    {"ClassEmpty", "containers: {class: {a: []}}\n",
     "c.yaml:1:25: error: containers.class.a: an empty list; expected a namespace pattern or a list of them; add an item or remove the "
     "key\n"},
    {"ClassGlob", "containers: {class: {a: [\"[\"]}}\n",
     "c.yaml:1:27: error: containers.class.a[0]: bad pattern: \"[\" is never closed; expected a glob\n"},
    {"ClassLabelTwice", "containers: {labels: [pod: class], class: {a: \"*\"}}\n",
     "c.yaml:1:43: error: containers.class: the label \"class\" is among containers.labels already; expected each label once; rename that "
     "label\n"},
};

INSTANTIATE_TEST_SUITE_P(Section, Diagnosed, testing::ValuesIn(kSectionCases), name_of);

}  // namespace
}  // namespace procledger::config
