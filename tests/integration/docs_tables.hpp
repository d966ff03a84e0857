// SPDX-License-Identifier: Apache-2.0
// The test of each command of the documentation: the command runs and has an expected output, or another test runs it, or it cannot run,
// for a reason. A command without a row fails a test, and so does a row without a command.
#pragma once

#include <regex>
#include <span>
#include <string>

#include "support/doc_commands.hpp"

namespace procledger::test {

/// Regular expressions for the beginning of the path of the page, and for a part of the command.
struct DocRow {
  const char* page;
  const char* command;

  [[nodiscard]] bool covers(const DocCommand& of) const {
    return std::regex_search(of.page, std::regex{std::string{"^("} + page + ")"}) && std::regex_search(of.text, std::regex{command});
  }
};

/// A command that DocsRun does not run.
struct Elsewhere : DocRow {
  const char* file;  ///< the file that runs the command, or does the same; empty: no file can
  const char* says;  ///< a text in this file
  const char* why;
};

/// A command that DocsRun runs.
struct Expected : DocRow {
  int status{};
  const char* output{""};  ///< regular expression for a part of the output
  const char* then{""};    ///< a command to run after the command; its output counts, too
  bool nobody{};           ///< run by a user without rights
};

inline constexpr Elsewhere kElsewhere[] = {
    {{"docs/run.md", ""}, "tests/integration/run_doc_test.cpp", "/../docs/run.md", "a separate test, for its reports"},
    {{"docs/walkthrough.md", ""}, "tests/integration/walkthrough_doc_test.cpp", "/../docs/walkthrough.md", "one script, run as a whole"},
    {{"docs/report.md", "^procledger report "}, "tests/integration/cluster_view_test.cpp", "docs/report.md", "asks Prometheus about pods"},
    {{"docs/command-line.md", "^procledger "}, "tools/update_golden", "command-line", "forms, written from the program's own options"},
    {{"README|docs/architecture.md", "^tools/quickstart"}, "tests/integration/quickstart_test.cpp", "tools/quickstart", "builds first"},
    {{"README.md", "^(apt install|echo|prometheus|promtool|timeout) "},
     "tests/integration/walkthrough_doc_test.cpp",
     "/../docs/walkthrough.md",
     "runs a Prometheus in the same way"},
    {{"", "^tools/(?!quickstart)"}, "", "", "works on the sources, mostly for minutes; only its existence is tested"},
    {{"docs/(performance|testing).md", "^build/bench/"}, "tools/test", "build/bench/bench/", "takes minutes, and a quiet machine"},
    {{"docs/(performance|testing).md", "^git worktree "}, "", "", "makes another checkout and builds it, for minutes"},
    {{"README|docs/performance.md", "^(perf|make) "}, "", "", "a measured load, not a command for users"},
    {{"docs/operating.md", "^(sudo )?apt install "}, "tools/packaging/try", "install_in_root", "changes the host"},
    {{"docs/operating.md", "^(systemctl|journalctl|systemd-analyze) "}, "tools/check_manifests", "systemd-analyze", "needs systemd"},
    {{"docs/", "^(podman|docker) run "}, "tools/packaging/container/try", "+bpf,+perfmon,+sys_ptrace", "needs an engine and an image"},
    {{"docs/", "^(kubectl|oc) "}, "tools/check_manifests", "docs/deploy/kubernetes", "needs a cluster"},
    {{"docs/from-process-exporter.md", "^prometheus-process-exporter "},
     "tests/integration/process_exporter_test.cpp",
     "prometheus-process-exporter",
     "another program; that test compares it with procledger"},
    {{"docs/adr/", "^promtool check metrics$"}, "tests/integration/prometheus_test.cpp", "promtool_complaints", "reads a page"},
    {{"docs/architecture.md", "^bpftool gen "}, "tools/cmake/FindBpf.cmake", "gen skeleton", "a step of the build"},
    {{"docs/testing.md", "^ctest --preset dev "}, "tools/test", "ctest --preset", "runs this test"},
};

inline constexpr Expected kExpected[] = {
    {{"docs/(doctor|rights).md", "^procledger doctor"}, 1, "CAP_BPF and CAP_PERFMON are not held", "", true},
    {{"docs/doctor.md", "^sudo procledger doctor"}, 0, "bpf +works, loads"},
    {{"docs/operating.md", "^procledger doctor$"}, 0, "bpf +works, loads"},
    {{"docs/operating.md", "^procledger doctor --json"}, 0, "\"well\": ?true"},
    {{"docs/operating.md", "--print-default-config > config"}, 0, "config.yaml: good, 0 groups", "procledger check-config config.yaml"},
    {{"docs/operating.md", "--expect"}, 0, "this host now: [0-9]+ groups, [0-9]+ series"},
    {{"docs/operating.md", "^install -D .*taskstats.conf"}, 0, "CAP_NET_ADMIN", "cat etc/systemd/system/procledger.service.d/*"},
    {{"docs/operating.md", "^chown "}, 0, "^procledger\n", "stat -c %G etc/procledger/config.yaml"},
    {{"docs/operating.md", "^chmod "}, 0, "^640\n", "stat -c %a etc/procledger/config.yaml"},
    {{"docs/configuration.md", "--print-default-config$"}, 0, "\ndefault: "},
    {{"docs/configuration.md", "^cat "}, 0},
    {{"docs/configuration.md", "web.yaml$"}, 1, "web.yaml cannot be used"},
    {{"docs/configuration.md", "(shop|two).yaml$"}, 0, "good, 2 groups"},
    {{"docs/", "^procledger check-config (FILE|/etc/.*)$"}, 0, ": good, 0 groups"},
    {{"docs/", "^curl -s localhost:9056/-/ready"}, 0, "procledger is ready"},
    {{"docs/compat.md|docs/from-process-exporter.md", "--compat=process-exporter$"}, 0, "\nnamedprocess_scrape_errors 0\n"},
    {{"docs/compat.md", " -config.path "}, 0, "\nnamedprocess_namegroup_num_procs\\{groupname=\"foo\"\\} 2\n"},
    {{"docs/from-process-exporter.md", "--config.file all.yaml"}, 0, "\nprocledger_group_processes\\{group=\"foo\"\\} 2\n"},
    {{"docs/from-thread-exporter.md", "--threads.filter"}, 0, "\nprocledger_thread_cpu_seconds_total\\{[^}]*pname=\"ceph-osd\""},
    {{"docs/from-thread-exporter.md", "^kill -HUP "}, 0, "event=reloaded", "until grep event=reloaded log.txt; do sleep 0.05; done"},
    {{"docs/rights.md", "^sudo setcap "}, 0, "cap_dac_read_search.*cap_bpf.*ep", "getcap usr/bin/procledger"},
    {{"docs/cookbook.md", "^ps -eo stat,user "}, 0, "[0-9]+ S[^ ]* +root"},
    {{"docs/cookbook.md", "^ps -eo ppid,stat "}, 0},
    {{"docs/cookbook.md", "^ls /proc/PID/fd \\| wc -l"}, 0, "^[1-9][0-9]*\n"},
    {{"docs/cookbook.md", "^ls -l /proc/PID/fd"}, 0, "socket:"},
    {{"docs/from-metrics", " --name foo --list"}, 0, "^[0-9]+\n[0-9]+\n$"},
    {{"docs/from-metrics", " --user max,sam .*--list"}, 0, "^[0-9]+\n[0-9]+\n[0-9]+\n$"},
    {{"docs/from-metrics", " --pid 5546,3455 .*--json"}, 0, "\"total_processes\": ?2"},
    {{"docs/from-metrics", " --keep-zero "}, 0, "\"io_counters.read_bytes_per_sec\": ?0"},
    {{"docs/from-metrics", "\\| sed"}, 0, "per_process_stats\\.memory\\.rss [0-9]+ [0-9]{10}\n"},
    {{"docs/from-metrics", "foo.pid"}, 0, "\ntotal_processes 1\n"},
    {{"docs/from-metrics", " --user max \\|"}, 0, "^cpu.percent [0-9.]+\n"},
};

template <typename Row, std::size_t N>
const Row* row_for(const Row (&rows)[N], const DocCommand& command) {
  for (const Row& row : rows) {
    if (row.covers(command)) return &row;
  }
  return nullptr;
}

}  // namespace procledger::test
