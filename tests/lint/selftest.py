#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that every checker can fail: each runs over a small tree with one error in it, and over a tree without an error."""

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
| 0 | base/log | base | spdlog | x |
| 1 | core/ledger | base | - | x |
| 2 | sources/bpf | base core/ledger | libbpf wire.h | x |
| 3 | collector | base base/log core/ledger | - | x |
"""
GOOD = {
    "docs/architecture.md": TABLE,
    "src/base/CMakeLists.txt": "procledger_module(base)\n",
    "src/base/a.hpp": "// Small: an example.\n#pragma once\n\n#include <tl/expected.hpp>\n#include <vector>\n",
    "src/base/log/CMakeLists.txt": "procledger_module(log DEPENDS base LIBRARIES spdlog::spdlog)\n",
    "src/base/log/line.cpp": '#include <spdlog/spdlog.h>\n\n#include "base/a.hpp"\n',
    "src/core/ledger/CMakeLists.txt": "procledger_module(ledger DEPENDS base)\n",
    "src/core/ledger/b.cpp": '#include <sys/types.h>\n\n#include "base/a.hpp"\n',
    "src/sources/bpf/CMakeLists.txt": "procledger_module(bpf DEPENDS ledger LIBRARIES libbpf)\n",
    "src/sources/bpf/c.cpp": '#include <bpf/libbpf.h>\n\n#include "base/a.hpp"\n#include "bpf/wire.h"\n#include "procledger.skel.h"\n',
    "src/collector/CMakeLists.txt": "procledger_module(collector\n  DEPENDS log\n  ledger)\n",
    "src/collector/d.cpp": '#include "base/a.hpp"\n#include "core/ledger/b.hpp"\n',
}


def load_tool(name):
    """A script of tools/ as a module."""
    loader = importlib.machinery.SourceFileLoader(name, str(ROOT / "tools" / name))
    tool = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(tool)
    return tool


class Lint(unittest.TestCase):
    def check(self, tool, changes, mode="755", **environment):
        """Exit status and output of a checker over the good tree with these files changed. `mode` is the mode of scripts."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**GOOD, **changes}.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
                path.chmod(int(mode, 8) if text.startswith("#!") else 0o644)
            settings = dict(os.environ, LINT_ROOT=folder, **{k: v.replace("@", folder) for k, v in environment.items()})
            command = [ROOT / "tools/lint", tool] if tool in ("format", "scripts", "docs") else [sys.executable, ROOT / "tools" / tool, folder]
            run = subprocess.run(command, capture_output=True, text=True, check=False, env=settings)
        return run.returncode, run.stdout + run.stderr

    def assert_refused(self, tool, changes, expected, **settings):
        status, output = self.check(tool, changes, **settings)
        self.assertNotEqual(status, 0, output)
        self.assertIn(expected, output)

    def assert_clean(self, tool, changes=None, **environment):
        status, output = self.check(tool, changes or {}, **environment)
        self.assertEqual(status, 0, output)


class Layers(Lint):
    LEDGER = "src/core/ledger/b.cpp"

    def test_a_good_tree_passes(self):
        self.assert_clean("check_layers")

    def test_an_include_against_the_table(self):
        self.assert_refused("check_layers", {"src/base/a.hpp": '#include "core/ledger/b.hpp"\n'}, 'base may not include "core/ledger/b.hpp"')

    def test_a_log_where_the_table_has_none(self):
        self.assert_refused("check_layers", {self.LEDGER: '#include "base/log/line.hpp"\n'}, 'core/ledger may not include "base/log/line.hpp"')
        self.assert_refused("check_layers", {self.LEDGER: "#include <spdlog/spdlog.h>\n"}, "core/ledger may not include <spdlog/spdlog.h>")

    def test_libbpf_outside_its_source(self):
        self.assert_refused("check_layers", {self.LEDGER: "#include <bpf/bpf.h>\n"}, "core/ledger may not include <bpf/bpf.h> (libbpf)")

    def test_the_skeleton_outside_its_source(self):
        self.assert_refused("check_layers", {self.LEDGER: '#include "procledger.skel.h"\n'}, "(libbpf)")

    def test_other_libraries_in_core(self):
        for header in ("prometheus/metric_family.h", "microhttpd.h", "spdlog/spdlog.h", "nlohmann/json.hpp", "absl/strings/cord.h"):
            with self.subTest(header):
                self.assert_refused("check_layers", {self.LEDGER: f"#include <{header}>\n"}, f"core/ledger may not include <{header}>")

    def test_depends_beyond_the_table(self):
        lists = "procledger_module(ledger DEPENDS base bpf)\n"
        self.assert_refused("check_layers", {"src/core/ledger/CMakeLists.txt": lists}, "src/core/ledger/CMakeLists.txt: DEPENDS bpf")

    def test_an_include_that_is_not_linked(self):
        lists = "procledger_module(ledger)\n"
        self.assert_refused("check_layers", {"src/core/ledger/CMakeLists.txt": lists}, "base is not among the DEPENDS of core/ledger")

    def test_a_module_that_cmake_calls_otherwise(self):
        lists = "procledger_module(accounts DEPENDS base)\n"
        self.assert_refused("check_layers", {"src/core/ledger/CMakeLists.txt": lists}, "no procledger_module(ledger ...)")

    def test_a_folder_that_the_table_does_not_know(self):
        for folder in ("new", "core/new", "core/ledger/new"):
            with self.subTest(folder):
                self.assert_refused("check_layers", {f"src/{folder}/x.cpp": "\n"}, f"src/{folder}: not in the layer table")

    def test_a_source_in_no_module(self):
        self.assert_refused("check_layers", {"src/core/x.hpp": "\n"}, "src/core: not in the layer table")

    def test_a_module_without_a_folder(self):
        self.assert_refused("check_layers", {"docs/architecture.md": TABLE + "| 1 | core/rules | base | - | x |\n"}, "core/rules has no folder")

    def test_two_modules_of_one_name(self):
        self.assert_refused("check_layers", {"docs/architecture.md": TABLE + "| 2 | host/bpf | base | - | x |\n"}, "are both bpf in CMake")

    def test_a_table_that_points_upwards(self):
        table = TABLE.replace("| core/ledger | base |", "| core/ledger | base sources/bpf |")
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
        self.assert_refused("check_sizes", {"src/core/ledger/b.cpp": "\n" * 501}, "src/core/ledger/b.cpp: 501 lines")

    def test_one_long_test(self):
        self.assert_refused("check_sizes", {"tests/unit/core/a_test.cpp": "\n" * 601}, "601 lines")

    def test_too_many_files(self):
        files = {f"src/core/ledger/part_{i}.cpp": "\n" for i in range(350)}
        self.assert_refused("check_sizes", files, "source files, over the limit of 350")

    def test_a_small_header_names_its_reason(self):
        header = "src/core/ledger/b.hpp"
        self.assert_clean("check_sizes", {header: "// Small: an interface that two modules share.\n" + "\n" * 5})
        self.assert_clean("check_sizes", {header: "\n" * 25})
        self.assert_refused("check_sizes", {header: "\n" * 24}, "24 lines: a header under 25")
        self.assert_refused("check_sizes", {header: "// Small:\n" + "\n" * 5}, "a header under 25")

    HEADER = "\n" * 25 + "namespace n {\nvoid f(int x);\nclass C {\n  void g() const;\n};\n}  // namespace n\n"
    FUNCTION = "namespace n {\nvoid f(int x) {}\n}\n"
    MEMBER = "namespace n {\nvoid C::g() const {}\n}\n"

    def placed(self, **files):
        return {"src/core/ledger/b.hpp": self.HEADER, **{f"src/{name.replace('__', '/')}.cpp": text for name, text in files.items()}}

    def test_what_a_header_declares_is_defined_beside_it(self):
        self.assert_clean("check_sizes", self.placed(core__ledger__b=self.FUNCTION + self.MEMBER))
        self.assert_clean("check_sizes", self.placed(core__ledger__b=self.FUNCTION, core__ledger__b_part=self.MEMBER))

    def test_a_definition_in_a_file_of_another_name(self):
        for text, name in ((self.FUNCTION, "n::f"), (self.MEMBER, "n::C::g"), ("void n::C::g() const {}\n", "n::C::g")):
            with self.subTest(text):
                said = f"src/core/ledger/b.hpp: {name}: defined in src/core/ledger/other.cpp"
                self.assert_refused("check_sizes", self.placed(core__ledger__other=text), said)

    def test_a_definition_in_another_folder(self):
        self.assert_refused("check_sizes", self.placed(sources__bpf__b=self.FUNCTION), "n::f: defined in src/sources/bpf/b.cpp")

    def test_an_overload_belongs_to_its_own_header(self):
        other = {"src/core/ledger/other.hpp": "\n" * 25 + "namespace n {\nvoid f(const char* text);\n}\n"}
        text = "namespace n {\nvoid f(const char* words) {}\n}\n"
        self.assert_clean("check_sizes", {**self.placed(core__ledger__other=text), **other})
        self.assert_refused("check_sizes", {**self.placed(core__ledger__b=text), **other}, "other.hpp: n::f: defined in src/core/ledger/b.cpp")

    def test_names_of_a_file_alone(self):
        self.assert_clean("check_sizes", self.placed(core__ledger__other="namespace n {\nnamespace {\nvoid f(int x) {}\n}\n}\n"))


class Words(Lint):
    FILE = "src/core/ledger/b.cpp"
    WORD = "whoever"

    def assert_found(self, changes, place, word=WORD):
        self.assert_refused("check_words", changes, f'{place}: "{word}": write instead: ')

    def test_a_good_tree_passes(self):
        self.assert_clean("check_words")

    def test_every_word(self):
        tool = load_tool("check_words")
        self.assertLessEqual(len(tool.WORDS), 15)
        words = list(tool.INSTEAD)
        status, output = self.check("check_words", {self.FILE: "".join(f"// The text has {word} in it.\n" for word in words)})
        self.assertEqual(status, 1, output)
        for number, word in enumerate(words, 1):
            self.assertIn(f'{self.FILE}:{number}: "{word}": write instead: {tool.INSTEAD[word]}\n', output)

    def test_comments_texts_and_pages(self):
        for file, text, line in (
            (self.FILE, f"int a;\nint b;  // {self.WORD} reads\n", 2),
            (self.FILE, f"/* A line.\n * {self.WORD.title()}: reads */\n", 2),
            (self.FILE, f'const char* text = "{self.WORD} reads";\n', 1),
            (self.FILE, f'const char* text = R"(\nreads {self.WORD})";\n', 2),
            ("bpf/x.bpf.c", f"/* {self.WORD} */\n", 1),
            ("README.md", f"One.\n\nTwo, {self.WORD}.\n", 3),
            ("docs/adr/1.md", f"\n{self.WORD.title()} reads\n", 2),
            ("tools/x", f"#!/bin/sh\necho {self.WORD} reads\n", 2),
            ("tools/y.py", f'"""Text.\n\nFor {self.WORD} reads."""\n', 3),
            ("tests/CMakeLists.txt", f"# {self.WORD}\n", 1),
            ("docs/deploy/rules.yml", f"a: b\nsummary: {self.WORD} reads\n", 2),
        ):
            with self.subTest(text):
                self.assert_found({file: text}, f"{file}:{line}")

    def test_words_over_the_end_of_a_line(self):
        self.assert_found({self.FILE: "// every so\n// often\n"}, f"{self.FILE}:1", "so often")

    def test_what_is_not_checked(self):
        user, word = "nobody", self.WORD
        self.assert_clean("check_words", {
            self.FILE: f'int {word} = {word}::f({word}.x);\nconst char* user = "{user}";  // "{user}", {word}() and {word}_\nint {word}x = 1\'000;\n',
            "README.md": f"The user `{user}`.\n\n> {word} reads\n\n```sh\nprocledger {word}\n```\n",
            "CHANGELOG.md": f"## [Unreleased]\n\n## [1.0.0]\nFor {word} reads.\n",
            "docs/metrics.md": f"{word}\n",
            "tools/x.py": f"{word} = 1\nprint({word}, '{word}')\n",
            "docs/x.yaml": f"user: {user}\nfile: /{word}/{word}.py\n",
            "src/core/x.hpp": f"/// @param {word}  a parameter\nconst char* yaml = \"{{user: {user}}}, a: b\";\n",
        })

    def test_the_part_of_the_changelog_that_is_not_released(self):
        self.assert_found({"CHANGELOG.md": f"## [Unreleased]\nFor {self.WORD} reads.\n\n## [1.0.0]\n"}, "CHANGELOG.md:2")


class Subjects(unittest.TestCase):
    """Over histories of a few commits."""

    def run_git(self, *arguments):
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *identity, *arguments], capture_output=True, check=True)

    def judge(self, *subjects, depth=None):
        with tempfile.TemporaryDirectory() as folder:
            root = folder + "/whole"
            self.run_git("init", root)
            for subject in subjects:
                self.run_git("-C", root, "commit", "--allow-empty", "-m", subject)
            if depth:
                self.run_git("clone", f"--depth={depth}", f"file://{root}", folder + "/part")
                root = folder + "/part"
            run = subprocess.run([sys.executable, ROOT / "tools/check_subjects", root], capture_output=True, text=True, check=False)
        return run.returncode, run.stdout + run.stderr

    def test_sentences_in_the_imperative(self):
        good = ("Add a table of metrics", "Bring back what was lost", "Process every record once", "Feed the ledger", "Speed up the scan",
                "Add compare --against: two builds in the same rounds", "Merge the branch with the layout", "A" + "d" * 69 + " x")
        status, output = self.judge(*good)
        self.assertEqual(status, 0, output)
        self.assertIn(f"{len(good)} commits judged", output)

    def test_what_is_no_such_sentence(self):
        for subject, expected in (
            ("Add " + "x" * 69, "73 characters, over the limit of 72"),
            ("Add a table.", "full stop"),
            ("add a table", "capital letter"),
            ("wip", "capital letter"),
            ("Wip", "no sentence"),
            ("ledger: charge once", "prefix"),
            ("Slow lane: proportional memory", "prefix"),
            ("fix(ledger): charge once", "prefix"),
            ("Adds a table", "not begin with a verb"),
            ("Added a table", "not begin with a verb"),
            ("Adding a table", "not begin with a verb"),
            ("The table has another row", "not begin with a verb"),
            ("Tests of looks say more", "not begin with a verb"),
        ):
            with self.subTest(subject):
                status, output = self.judge("Add the first file", subject, "Add the last file")
                self.assertEqual(status, 1, output)
                self.assertIn(expected, output)

    def test_a_clone_that_is_shallow_is_judged_as_far_as_it_goes(self):
        status, output = self.judge("bad", "Add a table", depth=1)
        self.assertEqual(status, 0, output)
        self.assertIn("1 commits judged (all that a shallow clone has)", output)
        self.assertEqual(self.judge("Add a table", "bad", depth=1)[0], 1)

    def test_no_history_is_said(self):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run([sys.executable, ROOT / "tools/check_subjects", folder], capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("no history of git here", run.stdout)


class Wire(Lint):
    """Over the records of this tree, with one thing in them changed."""

    HEADER, VERSIONS = "bpf/wire.h", "bpf/wire.versions"

    def files(self, old, new):
        header = (ROOT / self.HEADER).read_text()
        self.assertIn(old, header)
        return {self.HEADER: header.replace(old, new, 1), self.VERSIONS: (ROOT / self.VERSIONS).read_text()}

    def current(self):
        return int(re.search(r"PL_WIRE_VERSION (\d+)", (ROOT / self.HEADER).read_text())[1])

    def test_words_about_a_record_may_change(self):
        self.assert_clean("check_wire", self.files("__u64 minor_faults;", "__u64  minor_faults; /* of pages */"))

    def test_a_record_that_changed_under_its_version(self):
        for old, new in (
            ("__u64 minor_faults;\n\t__u64 major_faults;", "__u64 major_faults;\n\t__u64 minor_faults;"),
            ("__u32 live;", "__u64 live;"),
            ("#define PL_PATH_ROOM 768", "#define PL_PATH_ROOM 1024"),
            ("PL_FREE = 6", "PL_FREE = 16"),
            ("\tPL_LOSS_COUNT\n", "\tPL_LOSS_OTHER,\n\tPL_LOSS_COUNT\n"),
        ):
            with self.subTest(old):
                self.assert_refused("check_wire", self.files(old, new), f"still {self.current()}: make it {self.current() + 1}")

    def test_a_version_without_its_line(self):
        version = f"#define PL_WIRE_VERSION {self.current()}"
        files = self.files(version, f"#define PL_WIRE_VERSION {self.current() + 1}")
        self.assert_refused("check_wire", files, f"no line for version {self.current() + 1}")
        files[self.VERSIONS] += f"{self.current() + 2} {'0' * 64}\n"
        self.assert_refused("check_wire", files, "do not follow one another")

    def test_a_version_that_went_back(self):
        files = self.files("__u32 live;", "__u32 live;")
        files[self.VERSIONS] += f"{self.current() + 1} {'0' * 64}\n"
        self.assert_refused("check_wire", files, f"PL_WIRE_VERSION is {self.current()}, and")


class Mutants(unittest.TestCase):
    """Over a copy of the ledger, with one thing in it changed."""

    FILE = "charging.cpp"
    TEXT = "event::larger(before, seen.total)"

    def setUp(self):
        self.tool = load_tool("mutate_ledger")

    def check(self, change):
        """Exit status and output of the check over a copy of the ledger after `change`."""
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
        self.assertIn("is the same with and without the mutation", found)
        self.assertIn("same: 2 mutations have this name", found)


class Deploy(unittest.TestCase):
    """Over a copy of what is shipped, with one thing in it changed."""

    OVERVIEW = "docs/deploy/grafana/overview.json"
    RULES = "docs/deploy/prometheus/procledger.rules.yml"
    ALERTS = "docs/deploy/prometheus/procledger.alerts.yml"

    def assert_refused(self, *changes):
        """Each change: a file, the text that is replaced in it, the new text, and the expected message."""
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
        self.assert_refused("format", {**style, "src/core/ledger/b.cpp": "int  x ;\n"}, "clang-formatted")
        self.assert_refused("format", {**style, "bpf/x.bpf.c": "int x(void) { return 0; }\n"}, "clang-formatted")

    OFF = "disable="
    SCRIPTS = {
        ".shellcheckrc": (ROOT / ".shellcheckrc").read_text(),
        "tools/common.sh": 'root=$(pwd)\n',
        "tools/x": '#!/usr/bin/env bash\nsource "$(dirname "$0")/common.sh"\necho "$root"\n',
        "tools/y": '#!/usr/bin/env python3\n"""Says a word."""\n\nprint("word")\n',
        "tests/z.py": '"""Says a word."""\n\nprint("word")\n',
        ".ci/notes": "\n",
    }

    def test_scripts(self):
        self.assert_clean("scripts", self.SCRIPTS)
        faults = (
            ("tools/bad", "#!/bin/sh\nif true\n", "tools/bad:2:1: error"),
            ("tools/common.sh", "root=$(pwd)\ncd $root\n", "SC2086"),
            ("tools/x", self.SCRIPTS["tools/x"] + f"# shellcheck {self.OFF}SC2086\n", "switch a rule off in"),
            (".ci/run", "#!/bin/sh\ncd tools\n", "SC2164"),
            ("tools/other.sh", "x=1\n", "tools/other.sh: no script sources it"),
            ("tools/y", '#!/usr/bin/env python3\n"""Says a word."""\n\nprint(word)\n', "undefined-variable"),
            ("tests/z.py", '"""Says a word."""\n\nimport os\n', "unused-import"),
            ("tests/w.py", "print(\n", "syntax-error"),
        )
        status, output = self.check("scripts", {**self.SCRIPTS, **{name: text for name, text, _ in faults}})
        self.assertNotEqual(status, 0, output)
        for *_, expected in faults:
            self.assertIn(expected, output)

    def test_one_finding_is_enough(self):
        for name, text in (
            (".ci/run", "#!/bin/sh\ncd tools\n"),
            ("tools/other.sh", "x=1\n"),
            ("tests/z.py", f'"""Says a word."""\n\nprint("word")  # pylint: {self.OFF}unused-import\n'),
            ("tests/z.py", '"""Says a word."""\n\nimport os\n'),
        ):
            with self.subTest(text):
                self.assert_refused("scripts", {**self.SCRIPTS, name: text}, name)

    def test_a_script_that_cannot_be_run(self):
        self.assert_refused("scripts", {**self.SCRIPTS, "tools/x": self.SCRIPTS["tools/x"]}, "not executable", mode="644")

    def test_docs_that_are_out_of_date(self):
        with tempfile.TemporaryDirectory() as build:
            generator = pathlib.Path(build) / "procledger-reference"
            generator.write_text("#!/bin/sh\necho new\n")
            generator.chmod(0o755)
            current = {f"docs/{name}.md": "new\n" for name in ("metrics", "command-line")}
            self.assert_clean("docs", current, BUILD=build)
            for name in current:
                self.assert_refused("docs", {**current, name: "old\n"}, f"{name} differs from the tables of the program", BUILD=build)

    def test_tidy(self):
        good, bad = "int twice(int number) { return 2 * number; }\n", "int BadName(int* p) { return (int)*p; }\n"
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            source = root / "src/core/ledger/x.cpp"
            source.parent.mkdir(parents=True)
            (root / ".clang-tidy").write_text((ROOT / ".clang-tidy").read_text())
            entry = {"directory": folder, "command": f"g++ -std=c++20 -Wno-subobject-linkage -Werror -c {source} -o x.o", "file": str(source)}
            (root / "compile_commands.json").write_text(json.dumps([entry]))
            for text, status in ((good, 0), (good, 0), (bad, 1), (bad, 1)):
                source.write_text(text)
                settings = dict(os.environ, LINT_ROOT=folder)
                run = subprocess.run([ROOT / "tools/run_tidy", folder], capture_output=True, text=True, check=False, env=settings)
                self.assertEqual(run.returncode, status, run.stdout + run.stderr)


class Manifests(Lint):
    """The findings of check_manifests in rendered manifests and stamps. systemd-analyze and kubectl check the rest and are not tested here."""

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
            ("prometheus-operator", "action: labelkeep", "action: labeldrop", "get namespace, pod, container, endpoint, service of"),
            ("openshift", "seLinuxContext:\n  type: MustRunAs", "seLinuxContext:\n  type: RunAsAny", "refuses its own pod"),
            ("openshift", "type: container_t", "type: spc_t", "does not ask for spc_t"),
            ("openshift", "regex: namespace|pod|endpoint", "regex: namespace|pod|container|endpoint", "get container of the exporter's pod"),
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
            self.assertIn("plain.yaml: not made from overlays/plain and base", run.stdout)


if __name__ == "__main__":
    unittest.main()
