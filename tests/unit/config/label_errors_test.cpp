// SPDX-License-Identifier: Apache-2.0
// Errors in labels and series of a group. The texts are exact, because users read them.
#include "diagnosed.hpp"

namespace procledger::config {
namespace {

constexpr Case kDetailCases[] = {
    {"OurLabel", R"y(groups:
  - name: a
    labels: {mode: b}
)y",
     "c.yaml:3:14: error: groups[0].labels.mode: the label name \"mode\" is procledger's own; expected another name; for example "
     "my_mode\n"},
    {"LabelSyntax", R"y(groups:
  - name: a
    labels: {my-team: b}
)y",
     "c.yaml:3:14: error: groups[0].labels.my-team: the label name \"my-team\"; expected letters, digits and _, no digit first\n"},
    {"LabelOfPrometheus", R"y(groups:
  - name: a
    labels: {__name__: b}
)y",
     "c.yaml:3:14: error: groups[0].labels.__name__: the label name \"__name__\"; expected a name that does not begin with __; Prometheus "
     "reserves such names\n"},
    {"LabelValueEmpty", R"y(groups:
  - name: a
    labels: {team: ""}
)y",
     "c.yaml:3:20: error: groups[0].labels.team: empty text; expected text or a template\n"},
    {"LabelValueTemplate", R"y(groups:
  - name: a
    labels: {team: "{{.User}}"}
)y",
     "c.yaml:3:23: error: groups[0].labels.team: bad template: \".User\"; expected one of .Comm .Exe .ExeBase .ExeFull .Username .PID "
     ".StartTime .Cgroup .Cgroups .Unit .Namespace .Pod .Container .Matches\n"},
    {"LabelValueCapture", R"y(groups:
  - name: a
    labels: {team: "{{.Matches.x}}"}
)y",
     "c.yaml:3:20: error: groups[0].labels.team: no cmdline pattern here captures \"x\"; expected a capture that exists; capture it with "
     "(?P<name>...)\n"},
    {"LabelsEmpty", R"y(groups:
  - name: a
    labels: {}
)y",
     "c.yaml:3:13: error: groups[0].labels: an empty map; expected label names with values\n"},
    {"LabelOfContainers", R"y(groups:
  - name: a
    labels: {pod: b}
containers: {labels: [pod]}
)y",
     "c.yaml:3:14: error: groups[0].labels.pod: the label \"pod\" comes from containers; expected another name; rename one of the two\n"},
    {"LabelOfClass", R"y(groups:
  - name: a
    labels: {class: b}
containers: {class: {x: "*"}}
)y",
     "c.yaml:3:14: error: groups[0].labels.class: the label \"class\" comes from containers; expected another name; rename one of the "
     "two\n"},
    {"ThreadsOn", R"y(groups:
  - name: a
    threads: on
)y",
     "c.yaml:3:14: error: groups[0].threads: \"on\"; expected one of off, name, tid; write name for one series per thread name, tid for "
     "one per thread\n"},
    {"ThreadsWord", R"y(groups:
  - name: a
    threads: names
)y",
     "c.yaml:3:14: error: groups[0].threads: \"names\"; expected one of off, name, tid; did you mean \"name\"?\n"},
    {"ProcessesYes", R"y(groups:
  - name: a
    processes: yes
)y",
     "c.yaml:3:16: error: groups[0].processes: \"yes\"; expected true or false; write true\n"},
    {"SocketsInQuotes", R"y(groups:
  - name: a
    sockets: "true"
)y",
     "c.yaml:3:14: error: groups[0].sockets: \"true\"; expected true or false; remove the quotes\n"},
    {"MemoryUnknown", R"y(groups:
  - name: a
    memory: {uss: true}
)y",
     "c.yaml:3:14: error: groups[0].memory: unknown key \"uss\"; expected pss; did you mean \"pss\"?\n"},
    {"MemoryIsAFlag", R"y(groups:
  - name: a
    memory: true
)y",
     "c.yaml:3:13: error: groups[0].memory: \"true\"; expected keys with values\n"},
};

INSTANTIATE_TEST_SUITE_P(Detail, Diagnosed, testing::ValuesIn(kDetailCases), name_of);

}  // namespace
}  // namespace procledger::config
