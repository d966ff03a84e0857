#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows of every checker that it can fail: each is run over a small tree with one thing wrong in it, and over one with nothing wrong."""

import importlib
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = """
| Layer | Module | May include | Libraries | Task |
|---|---|---|---|---|
| 0 | base | - | expected | x |
| 1 | core | base | - | x |
| 2 | source | base core | libbpf wire.h | x |
"""
GOOD = {
    "docs/architecture.md": TABLE,
    "src/base/CMakeLists.txt": "procledger_module(base)\n",
    "src/base/a.hpp": "#pragma once\n\n#include <tl/expected.hpp>\n#include <vector>\n",
    "src/core/CMakeLists.txt": "procledger_module(core DEPENDS base)\n",
    "src/core/b.cpp": '#include <sys/types.h>\n\n#include "base/a.hpp"\n',
    "src/source/CMakeLists.txt": "procledger_module(source DEPENDS core LIBRARIES libbpf)\n",
    "src/source/c.cpp": '#include <bpf/libbpf.h>\n\n#include "base/a.hpp"\n#include "bpf/wire.h"\n#include "procledger.skel.h"\n',
}


class Lint(unittest.TestCase):
    def check(self, tool, changes, **environment):
        """Exit status and output of a checker over the good tree with these files changed."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**GOOD, **changes}.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            settings = dict(os.environ, LINT_ROOT=folder, **{k: v.replace("@", folder) for k, v in environment.items()})
            command = [ROOT / "tools/lint", tool] if tool in ("format", "scripts", "docs") else [ROOT / "tools" / tool, folder]
            run = subprocess.run(command, capture_output=True, text=True, check=False, env=settings)
        return run.returncode, run.stdout + run.stderr

    def assert_refused(self, tool, changes, expected, **environment):
        status, output = self.check(tool, changes, **environment)
        self.assertNotEqual(status, 0, output)
        self.assertIn(expected, output)

    def assert_clean(self, tool, changes=None, **environment):
        status, output = self.check(tool, changes or {}, **environment)
        self.assertEqual(status, 0, output)


class Layers(Lint):
    def test_a_good_tree_passes(self):
        self.assert_clean("check_layers")

    def test_an_include_against_the_table(self):
        self.assert_refused("check_layers", {"src/base/a.hpp": '#include "core/b.hpp"\n'}, 'base may not include "core/b.hpp"')

    def test_libbpf_outside_source(self):
        self.assert_refused("check_layers", {"src/core/b.cpp": "#include <bpf/bpf.h>\n"}, "core may not include <bpf/bpf.h> (libbpf)")

    def test_the_skeleton_outside_source(self):
        self.assert_refused("check_layers", {"src/core/b.cpp": '#include "procledger.skel.h"\n'}, "(libbpf)")

    def test_other_libraries_in_core(self):
        for header in ("prometheus/metric_family.h", "microhttpd.h", "spdlog/spdlog.h", "nlohmann/json.hpp", "absl/strings/cord.h"):
            with self.subTest(header):
                self.assert_refused("check_layers", {"src/core/b.cpp": f"#include <{header}>\n"}, f"core may not include <{header}>")

    def test_depends_beyond_the_table(self):
        lists = "procledger_module(core DEPENDS base source)\n"
        self.assert_refused("check_layers", {"src/core/CMakeLists.txt": lists}, "DEPENDS source")

    def test_an_include_that_is_not_linked(self):
        self.assert_refused("check_layers", {"src/core/CMakeLists.txt": "procledger_module(core)\n"}, "not among the DEPENDS")

    def test_a_folder_that_the_table_does_not_know(self):
        self.assert_refused("check_layers", {"src/new/x.cpp": "\n"}, "src/new: not in the layer table")

    def test_a_table_that_points_upwards(self):
        table = TABLE.replace("| core | base |", "| core | base source |")
        self.assert_refused("check_layers", {"docs/architecture.md": table}, "higher layer")

    def test_a_table_with_a_cycle(self):
        table = TABLE + "| 1 | left | right | - | x |\n| 1 | right | left | - | x |\n"
        self.assert_refused("check_layers", {"docs/architecture.md": table}, "depends on itself")

    def test_no_table(self):
        self.assert_refused("check_layers", {"docs/architecture.md": "words\n"}, "no layer table")


class Sizes(Lint):
    def test_a_good_tree_passes(self):
        self.assert_clean("check_sizes", {"tests/unit/core/a_test.cpp": "\n" * 600})

    def test_one_long_file(self):
        self.assert_refused("check_sizes", {"src/core/b.cpp": "\n" * 501}, "src/core/b.cpp: 501 lines")

    def test_one_long_test(self):
        self.assert_refused("check_sizes", {"tests/unit/core/a_test.cpp": "\n" * 601}, "601 lines")

    def test_a_median_that_grew(self):
        files = {f"src/core/{i}.cpp": "\n" * 130 for i in range(9)}
        self.assert_refused("check_sizes", files, "median of")

    def test_a_tail_that_grew(self):
        files = {f"src/core/{i}.cpp": "\n" * (320 if i < 2 else 10) for i in range(9)}
        self.assert_refused("check_sizes", files, "90th percentile")


class Mutants(unittest.TestCase):
    """Over a copy of the ledger, with one thing in it changed."""

    FILE = "ledger.cpp"
    TEXT = "event::larger(before, seen.total)"

    def setUp(self):
        loader = importlib.machinery.SourceFileLoader("mutate_ledger", str(ROOT / "tools/mutate_ledger"))
        self.tool = importlib.util.module_from_spec(importlib.util.spec_from_loader("mutate_ledger", loader))
        loader.exec_module(self.tool)

    def check(self, change):
        """Exit status and output of the check over a copy of the ledger that `change` was applied to."""
        with tempfile.TemporaryDirectory() as folder:
            ledger = pathlib.Path(folder) / self.tool.LEDGER
            shutil.copytree(ROOT / self.tool.LEDGER, ledger)
            change(ledger)
            settings = dict(os.environ, LINT_ROOT=folder)
            run = subprocess.run([ROOT / "tools/lint", "mutants"], capture_output=True, text=True, check=False, env=settings)
        return run.returncode, run.stdout + run.stderr

    def assert_refused(self, change, expected):
        status, output = self.check(change)
        self.assertNotEqual(status, 0, output)
        self.assertIn(expected, output)

    def replace(self, old, new):
        def change(ledger):
            text = (ledger / self.FILE).read_text()
            self.assertIn(old, text)
            (ledger / self.FILE).write_text(text.replace(old, new))
        return change

    def test_what_is_there_passes(self):
        status, output = self.check(lambda ledger: None)
        self.assertEqual(status, 0, output)
        self.assertGreaterEqual(len(self.tool.MUTATIONS), 30)

    def test_a_pattern_that_fits_no_more(self):
        self.assert_refused(self.replace(self.TEXT, "larger(before, seen.total)"), "0 times, not once")

    def test_a_pattern_that_fits_twice(self):
        self.assert_refused(self.replace(self.TEXT, f"{self.TEXT}; {self.TEXT}"), "2 times, not once")

    def test_a_file_that_has_no_mutation(self):
        self.assert_refused(lambda ledger: (ledger / "new.cpp").write_text(""), "new.cpp: 0 mutations")

    def test_a_file_that_is_gone(self):
        self.assert_refused(lambda ledger: (ledger / self.FILE).unlink(), f"there is no {self.tool.LEDGER}/{self.FILE}")

    def test_a_mutation_that_changes_nothing_and_a_name_that_is_used_twice(self):
        same = self.tool.Mutation("same", "nothing", self.FILE, r"event::larger\(before", "event::larger(before")
        found = "\n".join(self.tool.problems([*self.tool.MUTATIONS, same, same], ROOT))
        self.assertIn("same: src/", found)
        self.assertIn("is the same with it as without", found)
        self.assertIn("same: 2 mutations have this name", found)


class Deploy(unittest.TestCase):
    """Over a copy of what is shipped, with one thing in it changed."""

    OVERVIEW = "docs/deploy/grafana/overview.json"
    RULES = "docs/deploy/prometheus/procledger.rules.yml"
    ALERTS = "docs/deploy/prometheus/procledger.alerts.yml"

    def assert_refused(self, *changes):
        """Each change: a file, what is replaced in it, by what, and what has to be said of it."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            shutil.copytree(ROOT / "docs", root / "docs")
            shutil.copy(ROOT / "README.md", root)
            for file, old, new, _ in changes:
                text = (root / file).read_text()
                self.assertIn(old, text)
                (root / file).write_text(text.replace(old, new, 1))
            run = subprocess.run([ROOT / "tools/check_deploy", folder], capture_output=True, text=True, check=False)
        self.assertNotEqual(run.returncode, 0, run.stdout)
        for *_, expected in changes:
            self.assertIn(expected, run.stdout)

    def test_dashboards(self):
        self.assert_refused((self.OVERVIEW, '"unit": "suffix: CPUs"', '"unit": ""', "has no unit"),
                            (self.OVERVIEW, '"title": "Zombies"', '"title": ""', "has no title"),
                            (self.OVERVIEW, '"uid": "${datasource}"', '"uid": "P123"', "names the data source"),
                            (self.OVERVIEW, '"x": 4,', '"x": 3,', "lies over another panel"),
                            (self.OVERVIEW, "sum(procledger_processes{", "sum((procledger_processes{", "could not parse expression"))

    def test_queries_of_documents_and_what_is_no_dashboard(self):
        self.assert_refused(("docs/cookbook.md", "sum by (user) (procledger_processes)", "sum by (user (procledger_processes)", "cookbook.md:"))
        self.assert_refused((self.OVERVIEW, "{", "", "overview.json: no JSON"))

    def test_rules_and_alerts(self):
        self.assert_refused((self.RULES, "seconds_total offset 2m)", "seconds_total offset 9m)", "FAILED"),
                            (self.RULES, "record: instance:procledger_group_exits:rate2m", "record: instance:x:rate2m", "has no unit test"),
                            (self.ALERTS, "summary:", "summery:", "has no summary"),
                            ("docs/cookbook.md", "### ProcledgerDown", "### Down", "there is no docs/cookbook.md#procledgerdown"))
        self.assert_refused((self.ALERTS, "> 50", "> 90", "FAILED"))


class Others(Lint):
    def test_format(self):
        style = {name: (ROOT / name).read_text() for name in (".clang-format", "bpf/.clang-format")}
        style |= {"bpf/x.bpf.c": "int x(void)\n{\n\treturn 0;\n}\n", "tests/x.cpp": "int y;\n", "tools/x.cpp": "int z;\n"}
        self.assert_clean("format", style)
        self.assert_refused("format", {**style, "src/core/b.cpp": "int  x ;\n"}, "clang-formatted")
        self.assert_refused("format", {**style, "bpf/x.bpf.c": "int x(void) { return 0; }\n"}, "clang-formatted")

    def test_scripts(self):
        self.assert_clean("scripts", {"tools/common.sh": "\n", ".ci/notes": "\n"})
        self.assert_refused("scripts", {"tools/common.sh": "if true\n", ".ci/notes": "\n"}, "syntax error")
        self.assert_refused("scripts", {"tools/common.sh": "", "tools/x": "#!/usr/bin/env bash\n", ".ci/n": ""}, "not executable")

    def test_docs_that_are_out_of_date(self):
        with tempfile.TemporaryDirectory() as build:
            generator = pathlib.Path(build) / "procledger-reference"
            generator.write_text("#!/bin/sh\necho new\n")
            generator.chmod(0o755)
            current = {f"docs/{name}.md": "new\n" for name in ("metrics", "command-line")}
            self.assert_clean("docs", current, BUILD=build)
            for name in current:
                self.assert_refused("docs", {**current, name: "old\n"}, f"{name} is not what the program's tables say", BUILD=build)

    def test_tidy(self):
        good, bad = "int twice(int number) { return 2 * number; }\n", "int BadName(int* p) { return (int)*p; }\n"
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            source = root / "src/core/x.cpp"
            source.parent.mkdir(parents=True)
            (root / ".clang-tidy").write_text((ROOT / ".clang-tidy").read_text())
            entry = {"directory": folder, "command": f"g++ -std=c++20 -c {source} -o x.o", "file": str(source)}
            (root / "compile_commands.json").write_text(json.dumps([entry]))
            for text, status in ((good, 0), (good, 0), (bad, 1), (bad, 1)):
                source.write_text(text)
                settings = dict(os.environ, LINT_ROOT=folder)
                run = subprocess.run([ROOT / "tools/run_tidy", folder], capture_output=True, text=True, check=False, env=settings)
                self.assertEqual(run.returncode, status, run.stdout + run.stderr)


class Manifests(Lint):
    """What check_manifests finds in rendered manifests and stamps; the unit and kubectl are those tools' own business."""

    def setUp(self):
        sys.path.insert(0, str(ROOT / "tools/packaging/kubernetes"))
        self.manifests = importlib.import_module("manifests")
        self.rendered = {path.stem: path.read_text() for path in (ROOT / "docs/deploy/kubernetes").glob("*.yaml")}

    def problems(self, name, wrong, right):
        self.assertIn(right, self.rendered[name])
        return "\n".join(self.manifests.problems(self.rendered[name].replace(right, wrong, 1)))

    def test_what_is_there_passes(self):
        self.assertEqual(sorted(self.rendered), ["openshift", "plain", "prometheus-operator"])
        for name, text in self.rendered.items():
            self.assertEqual(list(self.manifests.problems(text)), [], name)

    def test_what_the_manifests_must_not_be(self):
        for name, wrong, right, expected in (
            ("plain", "privileged: true", "privileged: false", "privileged is True"),
            ("plain", "- SYS_ADMIN", "- SYS_PTRACE", "capabilities are"),
            ("plain", "hostPID: false", "hostPID: true", "hostPID"),
            ("plain", "path: /-/ready", "path: /-/healthy", "probes ask for"),
            ("plain", "name: procledger-other", "name: procledger-" + self.config_hash(), "not that of the config map"),
            ("prometheus-operator", "honorLabels: false", "honorLabels: true", "pods lose their names"),
            ("prometheus-operator", "action: labelkeep", "action: labeldrop", "gets namespace, pod, container, endpoint, service of"),
            ("openshift", "seLinuxContext:\n  type: MustRunAs", "seLinuxContext:\n  type: RunAsAny", "refuses its own pod"),
            ("openshift", "type: container_t", "type: spc_t", "does not ask for spc_t"),
            ("openshift", "regex: namespace|pod|endpoint", "regex: namespace|pod|container|endpoint", "gets container of the exporter's pod"),
            ("openshift", "allowPrivilegedContainer: true", "allowPrivilegedContainer: false", "the SCC grants"),
        ):
            with self.subTest(right):
                self.assertIn(expected, self.problems(name, wrong, right))

    def config_hash(self):
        return re.search(r"name: procledger-(\w{10})", self.rendered["plain"])[1]

    def test_a_rendered_file_that_is_not_current(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            shutil.copytree(ROOT / "docs/deploy/kubernetes", root / "docs/deploy/kubernetes")
            shutil.copytree(ROOT / "tools/packaging/systemd", root / "tools/packaging/systemd")
            config = root / "docs/deploy/kubernetes/base/config.yaml"
            config.write_text(config.read_text() + "# changed\n")
            settings = dict(os.environ, LINT_ROOT=folder)
            run = subprocess.run([ROOT / "tools/check_manifests"], capture_output=True, text=True, check=False, env=settings)
            self.assertEqual(run.returncode, 1)
            self.assertIn("plain.yaml: not made from what is in overlays/plain and base", run.stdout)


if __name__ == "__main__":
    unittest.main()
