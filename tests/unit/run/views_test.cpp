// SPDX-License-Identifier: Apache-2.0
// Reports as text, JSON and CSV.
#include "commands/run/reports.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <regex>

#include <nlohmann/json.hpp>

#include "commands/run/text_report.hpp"

namespace procledger::run {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> kCommand{"make", "-j4"};
constexpr commands::Display kColored{.terminal = true, .colors = true, .width = 80};

proctree::ProgramValues program(const std::string& name, std::uint64_t cpu_ms) {
  proctree::ProgramValues values;
  values.name = name;
  values.processes = 1;
  values.total.cpu_ns = cpu_ms * 1'000'000;
  values.cpu.user_ns = cpu_ms * 1'000'000;
  values.peak_bytes = 3 << 20;
  return values;
}

proctree::Run run_of(std::uint64_t cpu_ms) {
  proctree::Run run;
  run.wall_ns = 2'000'000'000;
  run.source = "bpf";
  run.kernel = {.btf = true, .run_queue_wait = true, .storage_io = true, .call_io = true, .lives = true, .cgroup = "v2"};
  run.values.cpu.user_ns = cpu_ms * 1'000'000;
  run.values.total.cpu_ns = cpu_ms * 1'000'000;
  run.values.processes = 2;
  run.values.programs = {program("cc1", cpu_ms - 1), program("make", 1)};
  return run;
}

nlohmann::json parsed(const Subject& subject, bool tree = false) { return nlohmann::json::parse(json(subject, tree)); }

TEST(RunText, SaysWhatWasUsed) {
  const std::array runs{run_of(1500)};
  const std::string page = text({.command = kCommand, .runs = runs}, false);
  EXPECT_THAT(page, HasSubstr("make -j4: exit status 0\n"));
  EXPECT_THAT(page, HasSubstr("wall            2.000 s\n"));
  EXPECT_THAT(page, HasSubstr("CPU             1.500 s, 0.75 CPUs used\n"));
  EXPECT_THAT(page, HasSubstr("1.499000  99.9 %      3.0 MiB       0.000  cc1\n"));
  EXPECT_THAT(page, Not(HasSubstr("peak memory     ")));
  EXPECT_THAT(page, Not(HasSubstr("least")));
}

TEST(RunText, SaysWhatIsNotExact) {
  std::array runs{run_of(1500)};
  runs[0].source = "proc";
  runs[0].kernel = {.estimates = true, .cgroup = ""};
  runs[0].losses = {{.cause = "ring_fork", .records = 3}};
  const std::string page = text({.command = kCommand, .runs = runs}, false);
  EXPECT_THAT(page, HasSubstr("CPUs used  (estimated)\n"));
  EXPECT_THAT(page, HasSubstr("at once  (at least)\n"));
  EXPECT_THAT(page, HasSubstr("lost records    ring_fork: 3\n"));
  EXPECT_THAT(page, HasSubstr("source          proc"));
  EXPECT_THAT(page, Not(HasSubstr("run-queue")));
  EXPECT_THAT(page, Not(HasSubstr("storage")));
}

TEST(RunText, SaysHowItEnded) {
  std::array runs{run_of(5)};
  runs[0].status = 9;
  runs[0].timed_out = true;
  runs[0].killed = true;
  EXPECT_THAT(text({.command = kCommand, .runs = runs}, false), HasSubstr("make -j4: ended by signal 9, timed out and killed\n"));
}

std::array<proctree::Run, 1> failed_estimate() {
  std::array runs{run_of(1500)};
  runs[0].status = 7 << 8;
  runs[0].source = "proc";
  runs[0].kernel = {.estimates = true, .cgroup = ""};
  return runs;
}

TEST(RunText, ColorsAreForHeadingsFailuresAndMarks) {
  auto runs = failed_estimate();
  const std::string page = text({.command = kCommand, .runs = runs}, false, kColored);
  EXPECT_THAT(page, HasSubstr("\n\x1b[1mmake -j4\x1b[0m: \x1b[31mexit status 7\x1b[0m\n"));
  EXPECT_THAT(page, HasSubstr("CPUs used  \x1b[33m(estimated)\x1b[0m\n"));
  EXPECT_THAT(page, HasSubstr("at once  \x1b[33m(at least)\x1b[0m\n"));
  EXPECT_THAT(page, HasSubstr("\n  \x1b[1mprocesses        CPU s   share  peak memory   longest s  program\x1b[0m\n"));
  runs[0].status = 9;
  EXPECT_THAT(text({.command = kCommand, .runs = runs}, false, kColored), HasSubstr(": \x1b[31mended by signal 9\x1b[0m\n"));
  runs[0].status = 0;
  EXPECT_THAT(text({.command = kCommand, .runs = runs}, false, kColored), HasSubstr("\x1b[0m: exit status 0\n"));
}

TEST(RunText, ColorsChangeNoOtherByte) {
  const auto runs = failed_estimate();
  const std::string page = text({.command = kCommand, .runs = runs}, false, kColored);
  const std::string plain = text({.command = kCommand, .runs = runs}, false);
  EXPECT_EQ(std::regex_replace(page, std::regex{"\x1b\\[[0-9]+m"}, ""), plain);
  EXPECT_THAT(plain, Not(HasSubstr("\x1b")));
  EXPECT_EQ(text({.command = kCommand, .runs = runs}, false, {.terminal = true, .colors = false, .width = 80}), plain);
}

TEST(RunText, RepetitionsAreMeansWithDeviations) {
  const std::array runs{run_of(1000), run_of(2000)};
  const std::string page = text({.command = kCommand, .runs = runs}, false);
  EXPECT_THAT(page, HasSubstr("CPU             1.500 s ± 0.707107 s (47.1 %)"));
  EXPECT_THAT(page, HasSubstr("      1.0     1.499000"));
}

TEST(RunJson, AbsentIsNotThere) {
  std::array runs{run_of(1500)};
  auto said = parsed({.command = kCommand, .runs = runs});
  EXPECT_EQ(said["command"], (std::vector<std::string>{"make", "-j4"}));
  EXPECT_DOUBLE_EQ(said["cpu_seconds"], 1.5);
  EXPECT_EQ(said["processes"], 2);
  EXPECT_EQ(said["programs"][0]["name"], "cc1");
  EXPECT_FALSE(said.contains("peak_memory_bytes"));
  EXPECT_FALSE(said.contains("tree"));
  EXPECT_TRUE(said.contains("storage_read_bytes"));
  runs[0].kernel.storage_io = false;
  EXPECT_FALSE(parsed({.command = kCommand, .runs = runs}).contains("storage_read_bytes"));
}

TEST(RunJson, RepetitionsAreAllThere) {
  const std::array runs{run_of(1000), run_of(2000)};
  const auto said = parsed({.command = kCommand, .runs = runs});
  EXPECT_EQ(said["runs"], 2);
  EXPECT_DOUBLE_EQ(said["cpu_seconds"], 1.5);
  EXPECT_NEAR(said["standard_deviations"]["cpu_seconds"], 0.7071, 1e-4);
  EXPECT_EQ(said["each"].size(), 2u);
}

// Three runs, of which the first was less exact than the last.
std::array<proctree::Run, 3> blemished() {
  std::array runs{run_of(1000), run_of(2000), run_of(3000)};
  runs[0].losses = {{.cause = "ring_fork", .records = 3}};
  runs[0].trouble = "first";
  runs[0].timed_out = true;
  runs[0].values.unattributed_tasks = 1;
  runs[0].values.unattributed_cpu_ns = 500'000'000;
  runs[1].losses = {{.cause = "ring_exec", .records = 1}, {.cause = "ring_fork", .records = 2}};
  runs[1].trouble = "second";
  return runs;
}

TEST(RunJson, RepetitionsAreAsGoodAsTheWorst) {
  const auto runs = blemished();
  const auto said = parsed({.command = kCommand, .runs = runs});
  EXPECT_EQ(said["quality"]["cpu"], "at_least");
  EXPECT_EQ(said["quality"]["processes"], "at_least");
  EXPECT_EQ(said["lost_records"], (nlohmann::json{{"ring_fork", 5}, {"ring_exec", 1}}));
  EXPECT_DOUBLE_EQ(said["unnamed_cpu_seconds"], 0.5);
  EXPECT_EQ(said.value("trouble", ""), "first");
  EXPECT_EQ(said["timed_out"], true);
  EXPECT_EQ(said["killed"], false);
  EXPECT_EQ(said["each"][0]["timed_out"], true);
  EXPECT_EQ(said["each"][2]["timed_out"], false);
}

TEST(RunText, RepetitionsAreAsGoodAsTheWorst) {
  const auto runs = blemished();
  const std::string page = text({.command = kCommand, .runs = runs}, false);
  EXPECT_THAT(page, HasSubstr("(the last of 3 runs; 1 timed out, 0 killed; means and standard deviations follow)\n"));
  EXPECT_THAT(page, HasSubstr("by a signal  (at least)\n"));
  EXPECT_THAT(page, HasSubstr("lost records    ring_fork: 5\n"));
  EXPECT_THAT(page, HasSubstr("incomplete      first\n"));
}

TEST(RunJson, TextFromAnywhereIsValid) {
  std::array runs{run_of(1500)};
  runs[0].values.programs[0].name = "\xff\n\x1b";
  const std::vector<std::string> command{"a\xfe", "\x01"};
  const auto said = parsed({.command = command, .runs = runs});
  EXPECT_EQ(said["programs"][0]["name"], "\xef\xbf\xbd\\n\\x1b");
}

TEST(RunCsv, RowsAreQuotedAndOfOneLength) {
  std::array runs{run_of(1500), run_of(2)};
  runs[0].values.programs[0].name = "a,\"b";
  const std::string page = csv({.command = kCommand, .runs = runs});
  EXPECT_EQ(std::ranges::count(page, '\n'), 1 + 2 * 3);
  EXPECT_THAT(page, HasSubstr("\n1,\"a,\"\"b\",1,"));
  EXPECT_THAT(page, HasSubstr("\n2,(total),2,0,0.002000000,"));
  const auto commas = [&](std::size_t from) {
    return std::count(page.begin() + static_cast<std::ptrdiff_t>(from), page.begin() + static_cast<std::ptrdiff_t>(page.find('\n', from)),
                      ',');
  };
  EXPECT_EQ(commas(0), commas(page.find("2,(total)")));
}

TEST(RunLiveLine, ShowsWhatIsUsedNow) {
  const proctree::LiveSample before{.time_ns = 1'000'000'000, .cpu_ns = 500'000'000, .resident_bytes = {}};
  const proctree::LiveSample now{.time_ns = 2'000'000'000, .cpu_ns = 2'000'000'000, .started = 7, .alive = 3, .resident_bytes = 5 << 20};
  EXPECT_EQ(live_line(now, &before), "     2.0 s  CPU      2.000 s   1.50 CPUs  processes     3 of 7       memory 5.0 MiB\n");
}

proctree::Node node(std::uint32_t tgid, std::uint32_t parent) {
  return {.tgid = tgid, .parent = parent, .ending = proctree::Ending::kEnded, .status_known = true};
}

TEST(ProcessTree, ChildrenFollowTheirParentsInOrder) {
  const std::vector nodes{node(1, proctree::kNoNode), node(2, 0), node(3, 0), node(4, 1), node(9, proctree::kNoNode)};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> shown;
  for (const ListedProcess& each : list_tree(nodes)) shown.emplace_back(each.node->tgid, each.depth);
  EXPECT_EQ(shown, (decltype(shown){{1, 0}, {2, 1}, {4, 2}, {3, 1}, {9, 0}}));
}

TEST(ProcessTree, VeryDeepOnesAreListed) {
  constexpr std::uint32_t kDepth = 100'000;
  std::vector<proctree::Node> nodes{node(0, proctree::kNoNode)};
  for (std::uint32_t i = 1; i < kDepth; ++i) nodes.push_back(node(i, i - 1));
  const auto list = list_tree(nodes);
  ASSERT_EQ(list.size(), kDepth);
  EXPECT_EQ(list.back().depth, kDepth - 1);
}

TEST(ProcessTree, LinesShowBranches) {
  proctree::Values values;
  values.node_names = {"sh"};
  values.nodes = {node(1, proctree::kNoNode), node(2, 0), node(3, 1), node(4, 0)};
  values.nodes[3].status = 9;
  EXPECT_EQ(tree_lines(values),
            "  sh [1]  0.000000 s, 0.000000 s of CPU, exit 0\n"
            "  ├─ sh [2]  0.000000 s, 0.000000 s of CPU, exit 0\n"
            "  │  └─ sh [3]  0.000000 s, 0.000000 s of CPU, exit 0\n"
            "  └─ sh [4]  0.000000 s, 0.000000 s of CPU, signal 9\n");
}

TEST(ProcessTree, FailuresAreRedWithColors) {
  proctree::Values values;
  values.node_names = {"sh"};
  values.nodes = {node(1, proctree::kNoNode), node(2, 0), node(3, 0)};
  values.nodes[1].status = 3 << 8;
  values.nodes[2].status = 9;
  EXPECT_EQ(tree_lines(values, kColored),
            "  sh [1]  0.000000 s, 0.000000 s of CPU, exit 0\n"
            "  ├─ sh [2]  0.000000 s, 0.000000 s of CPU, \x1b[31mexit 3\x1b[0m\n"
            "  └─ sh [3]  0.000000 s, 0.000000 s of CPU, \x1b[31msignal 9\x1b[0m\n");
}

}  // namespace
}  // namespace procledger::run
