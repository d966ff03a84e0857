#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that the checks of the build can fail: the hardening of a program, and the progress that a build reports."""

import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Hardening(unittest.TestCase):
    """A small program with code for each flag to protect, built without one flag at a time."""

    SOURCE = """
        #include <cstdio>
        #include <cstring>
        #include <array>
        struct Base {
          virtual ~Base() = default;
          virtual int sum(int n) const = 0;
        };
        struct Large : Base {
          int sum(int n) const override {
            volatile char bytes[9000];
            for (auto& byte : bytes) byte = static_cast<char>(n);
            return bytes[n];
          }
        };
        int main(int count, char** words) {
          const std::array<int, 2> numbers{};
          const Base* base = new Large;
          char text[64];
          std::strcpy(text, words[0]);
          std::printf("%d %s %s", numbers[static_cast<unsigned>(count)] + base->sum(count), text, __FILE__);
        }
    """
    FLAGS = ["-O2", "-g1", "-fPIE", "-fstack-protector-strong", "-fstack-clash-protection", "-D_GLIBCXX_ASSERTIONS", "-U_FORTIFY_SOURCE",
             "-D_FORTIFY_SOURCE=3", "-ffile-prefix-map=@/=", "-pie", "-Wl,-z,relro,-z,now,-z,noexecstack"]
    FLAGS += {"x86_64": ["-fcf-protection=full"], "aarch64": ["-mbranch-protection=standard"]}[platform.machine()]

    def build(self, folder, flags):
        program, source = folder / "program", folder / "source.cpp"
        source.write_text(self.SOURCE)
        subprocess.run(["g++", "-std=c++20", *(f.replace("@", str(folder)) for f in flags), source, "-o", program], check=True)
        return program

    def check(self, flags, *options, split=False):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            program = self.build(folder, flags)
            if split:
                debug = folder / "program.debug"
                subprocess.run(["objcopy", "--only-keep-debug", program, debug], check=True)
                subprocess.run(["objcopy", "--strip-all", program], check=True)
            run = subprocess.run([ROOT / "tools/check_hardening", "--path", name, *options, program], capture_output=True, text=True, check=False)
        return run.returncode, run.stdout + run.stderr

    def test_all_of_it(self):
        for split in (False, True):
            self.assertEqual(self.check(self.FLAGS, split=split)[0], 0)

    def test_one_thing_missing(self):
        for flags, instead, expected in (
            (["-fPIE", "-pie"], ["-fno-pie", "-no-pie"], "no position-independent executable"),
            (["-Wl,-z,relro,-z,now,-z,noexecstack"], ["-Wl,-z,norelro,-z,now"], "no read-only relocations"),
            (["-Wl,-z,relro,-z,now,-z,noexecstack"], ["-Wl,-z,relro,-z,lazy"], "no BIND_NOW"),
            (["-Wl,-z,relro,-z,now,-z,noexecstack"], ["-Wl,-z,relro,-z,now,-z,execstack"], "the stack is executable"),
            (["-fstack-protector-strong"], [], "no stack protector"),
            (["-fstack-clash-protection"], [], "stack clash protection"),
            (["-D_GLIBCXX_ASSERTIONS"], [], "_GLIBCXX_ASSERTIONS"),
            (["-D_FORTIFY_SOURCE=3"], [], "_FORTIFY_SOURCE"),
            (["-fcf-protection=full", "-mbranch-protection=standard"], [], "control-flow protection"),
            (["-ffile-prefix-map=@/="], [], "is in program"),
        ):
            with self.subTest(expected):
                status, output = self.check([f for f in self.FLAGS if f not in flags] + instead)
                self.assertEqual(status, 1, output)
                self.assertIn(expected, output)

    def test_a_path_in_the_debug_info_alone(self):
        status, output = self.check(["-fdebug-prefix-map=/x=/y" if "prefix" in f else f for f in self.FLAGS] + ["-fmacro-prefix-map=@/="], split=True)
        self.assertEqual(status, 1, output)
        self.assertIn("is in program.debug", output)
        self.assertNotIn("is in program\n", output)

    def test_a_build_that_is_not_optimized(self):
        flags = [f for f in self.FLAGS if f not in ("-O2", "-D_FORTIFY_SOURCE=3")]
        self.assertEqual(self.check(flags, "--without", "fortify")[0], 0)
        self.assertEqual(self.check(flags)[0], 1)

    def test_a_source_that_is_compiled_without_a_flag(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "compile_commands.json"
            for flag in (None, "-fPIE", "-fstack-clash-protection", "-D_FORTIFY_SOURCE=3"):
                entries = [{"file": "/x/src/a.cpp", "command": " ".join(self.FLAGS)}]
                entries += [{"file": "/x/src/b.cpp", "command": " ".join(f for f in self.FLAGS if f != flag)}]
                file.write_text(json.dumps(entries))
                run = subprocess.run([ROOT / "tools/check_hardening", "--commands", file], capture_output=True, text=True, check=False)
                self.assertEqual(run.returncode, 1 if flag else 0, run.stdout + run.stderr)
                self.assertIn(f"1 of 2 sources are compiled without {flag}, /x/src/b.cpp first" if flag else "has all of it", run.stdout)


class Progress(unittest.TestCase):
    """The output of tools/common.sh while ninja runs. The test makes the text of ninja."""

    STEPS = 'for i in 1 2 3 4; do echo "[$i/40] Building x$i.o"; done; echo "x.cpp: error"; '

    def run_script(self, script):
        script = f'source "{ROOT}/tools/common.sh"; {script}'
        return subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)

    def test_how_long_it_takes_by_the_speed_of_the_machine(self):
        cpus = os.cpu_count()
        for probe, said in (("$((probe_reference * nproc))", "about 2 minutes"), ("$((probe_reference * 4 * nproc))", "about 8 minutes")):
            run = self.run_script(f'nproc={cpus}; {{ {self.STEPS} }} | CMAKE_CXX_COMPILER_LAUNCHER= show_progress dev {probe}')
            self.assertIn(f"dev: 40 steps, {said}\n", run.stderr)
        self.assertNotIn("about", self.run_script(f"{{ {self.STEPS} }} | show_progress dev 0").stderr)

    def test_what_ninja_said_is_kept_and_its_failure_too(self):
        run = self.run_script(f"{{ {self.STEPS} printf end; exit 3; }} | show_progress dev 0")
        self.assertEqual(run.returncode, 3)
        self.assertEqual(run.stdout, "".join(f"[{i}/40] Building x{i}.o\n" for i in (1, 2, 3, 4)) + "x.cpp: error\nend")

    def test_lines_in_a_log(self):
        run = self.run_script(f"{{ {self.STEPS} sleep 2; }} | PROGRESS_SECONDS=1 show_progress dev 0")
        self.assertRegex(run.stderr, r"^dev: 4 of 40 steps, 10 %, 0:0[123] so far, about 0:[0-9]{2} left\n")

    def test_one_line_on_a_terminal(self):
        ours, theirs = os.openpty()
        script = f'source "{ROOT}/tools/common.sh"; {{ {self.STEPS} sleep 2; }} | show_progress dev 0'
        subprocess.run(["bash", "-c", script], stdout=subprocess.DEVNULL, stderr=theirs, check=True)
        said = os.read(ours, 10000).decode()
        self.assertRegex(said, r"\r\x1b\[Kdev: 4 of 40 steps, 10 %, ")
        self.assertNotIn("\n", said)


if __name__ == "__main__":
    unittest.main()
