// SPDX-License-Identifier: Apache-2.0
// The formats of a report, parsed by other programs.
#include <gmock/gmock.h>

#include <algorithm>

#include "run_case.hpp"
#include "support/host.hpp"

namespace procledger::test {
namespace {

using testing::HasSubstr;

class RunForms : public RunCase {
 protected:
  void SetUp() override { PROCLEDGER_REQUIRE_BPF(); }
};

// A comm and a file name may contain any byte except NUL and slash.
TEST_F(RunForms, HostileNamesBreakNoForm) {
  const std::string name = "a\n\"b\",\xff\x1b[31m";
  const std::string path = directory_.path() / name;
  std::filesystem::copy(program("true"), path);
  const std::string file = directory_.path() / "out";

  EXPECT_EQ(run({"--json", "--tree", "-o", file}, {path, "\xfe\n"}).exit_code(), 0);
  const auto json = run_command({"python3", "-m", "json.tool", file});
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ(json->exit_code(), 0) << json->err;

  EXPECT_EQ(run({"--csv", "-o", file}, {path}).exit_code(), 0);
  const auto csv = run_command({"python3", "-c",
                                "import csv,sys\nrows=list(csv.reader(open(sys.argv[1],newline='')))\n"
                                "assert len(rows)==3 and len({len(r) for r in rows})==1, rows\nprint(rows[1][1])",
                                file});
  ASSERT_TRUE(csv) << csv.error().message;
  EXPECT_EQ(csv->exit_code(), 0) << csv->err;
  EXPECT_THAT(csv->out, HasSubstr("a\\n\"b\","));

  EXPECT_EQ(run({"--tree", "-o", file}, {path}).exit_code(), 0);
  EXPECT_EQ(read_file(file).value_or("").find('\x1b'), std::string::npos);
}

TEST_F(RunForms, JsonHasTheDocumentedKeys) {
  const auto said = report({"--tree"}, {"sh", "-c", "true; /bin/true"});
  for (const char* key : {"command",
                          "exit_status",
                          "timed_out",
                          "killed",
                          "wall_seconds",
                          "cpu_seconds",
                          "user_seconds",
                          "system_seconds",
                          "cpus_used",
                          "run_queue_wait_seconds",
                          "peak_memory_bytes",
                          "largest_process_bytes",
                          "storage_read_bytes",
                          "storage_written_bytes",
                          "io_read_bytes",
                          "io_written_bytes",
                          "minor_page_faults",
                          "major_page_faults",
                          "voluntary_context_switches",
                          "involuntary_context_switches",
                          "processes",
                          "processes_alive",
                          "exits_ok",
                          "exits_error",
                          "exits_signal",
                          "source",
                          "quality",
                          "lost_records",
                          "programs",
                          "tree"}) {
    EXPECT_TRUE(said.contains(key)) << key;
  }
  EXPECT_EQ(said["source"], "bpf");
  EXPECT_EQ(said["quality"]["cpu"], "exact");
  EXPECT_FALSE(said.contains("signal"));
  EXPECT_FALSE(said.contains("estimated_cpu_seconds"));
}

TEST_F(RunForms, TreeShowsWhoForkedWhomAndHowEachEnded) {
  const auto said = report({"--tree", "--wait-all"}, {"sh", "-c", "(sleep 0.2; exit 3); sh -c 'kill -9 $$'; setsid sleep 0.4 & exit 0"});
  const auto& tree = said["tree"];
  ASSERT_EQ(tree.size(), said["processes"]);
  EXPECT_EQ(tree[0]["program"], "sh");
  EXPECT_EQ(tree[0]["depth"], 0);
  EXPECT_EQ(tree[0]["exit_status"], 0);
  const auto with = [&](const std::string& key, const auto& value) {
    return std::ranges::count_if(tree, [&](const auto& each) { return each.contains(key) && each[key] == value; });
  };
  EXPECT_EQ(with("exit_status", 3), 1);
  EXPECT_EQ(with("exit_status", 137), 1);
  EXPECT_EQ(with("state", "signaled"), 1);
  EXPECT_EQ(with("program", "sleep"), 2);
  for (const auto& each : tree) {
    if (each["program"] == "sleep") {
      EXPECT_GE(each["seconds"], 0.2);
    }
  }
}

TEST_F(RunForms, SamplesFollowTheCommandWhileItRuns) {
  const auto said = report({"--sample", "100ms"}, {program("burn"), "1000000"});
  const auto& samples = said["samples"];
  ASSERT_GE(samples.size(), 4u);
  for (std::size_t i = 1; i < samples.size(); ++i) {
    EXPECT_GE(samples[i]["cpu_seconds"], samples[i - 1]["cpu_seconds"]);
    EXPECT_GT(samples[i]["time_seconds"], samples[i - 1]["time_seconds"]);
  }
  EXPECT_EQ(samples[1]["processes_alive"], 1);
  EXPECT_GT(samples[1]["memory_bytes"], 0);
  const auto lines = run({"--sample", "100ms"}, {program("burn"), "300000"});
  EXPECT_THAT(lines.err, HasSubstr("processes     1 of 1"));
}

TEST_F(RunForms, RepetitionsHaveMeansAndDeviations) {
  const auto said = report({"-r", "4"}, {program("burn"), "20000"});
  EXPECT_EQ(said["runs"], 4);
  EXPECT_TRUE(said["standard_deviations"].contains("wall_seconds"));
  EXPECT_GE(said["cpu_seconds"], 0.02);
  const auto text = run({"-r", "4"}, {program("burn"), "20000"});
  EXPECT_THAT(text.err, HasSubstr(" ± "));
  EXPECT_THAT(text.err, HasSubstr("the last of 4 runs"));
}

TEST_F(RunForms, PeakMemoryIsTheTreesAndTheLargestProcess) {
  constexpr double kMiB = 1 << 20;
  const auto one = report({}, {program("hog"), "60000000"});
  EXPECT_GE(one["largest_process_bytes"], 60e6);
  EXPECT_LE(one["largest_process_bytes"], 64e6);
  EXPECT_EQ(one["largest_process_program"], "hog");
  // Each dd keeps its block in memory until the other end of its pipe is closed.
  const std::string block = "dd if=/dev/zero bs=30M count=1 2>/dev/null | sleep 1";
  const auto two = report({}, {"sh", "-c", block + " & " + block + "; wait"});
  EXPECT_GE(two["peak_memory_bytes"], 60 * kMiB);
  EXPECT_LE(two["peak_memory_bytes"], 90 * kMiB);
  EXPECT_LE(two["largest_process_bytes"], 40 * kMiB);
}

TEST_F(RunForms, UsageIsRefusedBeforeTheCommandRuns) {
  EXPECT_EQ(run({"--csv", "--json"}, {"sh", "-c", "echo ran"}).out, "");
  EXPECT_EQ(run({"--csv", "--json"}, {"true"}).exit_code(), 1);
  EXPECT_EQ(run({}, {}).exit_code(), 1);
  EXPECT_EQ(run({"--source=taskstat"}, {"true"}).exit_code(), 1);
}

}  // namespace
}  // namespace procledger::test
