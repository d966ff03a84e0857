// SPDX-License-Identifier: Apache-2.0
// Tests of the test helpers: other tests depend on a parser that finds every fault and a watch that finds every fall.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <iostream>

#include "support/child.hpp"
#include "support/clocks.hpp"
#include "support/exposition.hpp"
#include "support/files.hpp"
#include "support/host.hpp"
#include "support/load.hpp"
#include "support/machine_costs.hpp"
#include "support/scraper.hpp"

namespace procledger::test {
namespace {

TEST(ExpositionParser, ReadsNamesLabelsAndValues) {
  const auto page = Exposition::parse(
      "# HELP a_total Text.\n# TYPE a_total counter\na_total 3\na_total{group=\"x\"} 1.5e-3\nb{le=\"+Inf\",group=\"\"} +Inf\n");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->value("a_total"), 3);
  EXPECT_EQ(page->value("a_total", {{"group", "x"}}), 0.0015);
  EXPECT_EQ(page->value("b", {{"group", ""}, {"le", "+Inf"}}), std::numeric_limits<double>::infinity());
  EXPECT_EQ(page->value("b"), std::nullopt);
  EXPECT_EQ(page->types().at("a_total"), "counter");
}

TEST(ExpositionParser, UnescapesLabelValues) {
  const auto page = Exposition::parse("a{g=\"q\\\" b\\\\ n\\n } , = \"} 1\n");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->value("a", {{"g", "q\" b\\ n\n } , = "}}), 1);
}

TEST(ExpositionParser, RefusesWhatPrometheusRefuses) {
  for (const char* text :
       {"a", "a{g=\"x} 1\n", "a{g=\"\\x\"} 1\n", "a 1 2 3x\na b\n", "a{g=\"x\"g=\"y\"} 1\n", "{g=\"x\"} 1\n", "a 1\na 2\n", "a 1"}) {
    EXPECT_FALSE(Exposition::parse(text)) << text;
  }
}

TEST(ExpositionParser, SumsWhatFitsTheSelector) {
  const auto page =
      Exposition::parse("a{group=\"p-x\",mode=\"user\"} 1\na{group=\"p-y\",mode=\"user\"} 2\na{group=\"q\",mode=\"user\"} 4\nab 8\n");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->sum({.name = "a"}), 7);
  EXPECT_EQ(page->sum({.name = "a", .group_prefix = "p-"}), 3);
  EXPECT_EQ(page->sum({.name = "a", .labels = {{"group", "q"}}}), 4);
  EXPECT_EQ(page->count({.name = "a", .group_prefix = "p-"}), 2u);
}

TEST(CounterWatch, ReportsAFallAndAComebackBelow) {
  CounterWatch watch;
  watch.see(*Exposition::parse("a_total 2\nb 9\nc_bucket{le=\"1\"} 5\n"));
  watch.see(*Exposition::parse("b 1\nc_bucket{le=\"1\"} 5\n"));
  EXPECT_THAT(watch.falls(), testing::IsEmpty());
  watch.see(*Exposition::parse("a_total 1.5\nc_bucket{le=\"1\"} 4\n"));
  EXPECT_THAT(watch.falls(), testing::ElementsAre("a_total{} fell from 2 to 1.5", "c_bucket{le=\"1\",} fell from 5 to 4"));
}

TEST(HttpAddress, IsReadWithBothFamilies) {
  EXPECT_EQ(Address::parse("127.0.0.1:80")->host, "127.0.0.1");
  EXPECT_EQ(Address::parse("[::1]:9056")->host, "::1");
  EXPECT_EQ(Address::parse("[::1]:9056")->port, 9056);
  EXPECT_EQ(Address::parse("[::1]:9056")->text(), "[::1]:9056");
  EXPECT_FALSE(Address::parse("nowhere"));
}

TEST(AgreeTwice, SeesASecondCountThatComesLate) {
  int looks = 0;
  EXPECT_FALSE(agree_twice([&] { return ++looks == 2; })) << "true at the second call, false at the third";
  EXPECT_EQ(looks, 3);
  EXPECT_TRUE(agree_twice([] { return true; }));
  EXPECT_FALSE(agree_twice([] { return false; }, std::chrono::milliseconds{0}));
}

/// CPU seconds of waited-for children and their waited-for descendants.
double children_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// The truth of the truth tests: the cgroup counts all time of its members, and no other time.
TEST(LoadCgroup, CountsItsMembersAndNobodyElse) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  const UniqueNames names;
  const auto costs = machine_costs();
  ASSERT_TRUE(costs) << costs.error().message;
  auto load = Load::prepare(names, 20, 2, {names.link("burn", "burn"), "10000", "3"});
  ASSERT_TRUE(load) << load.error().message;
  const std::uint64_t before_launch = process_cpu_ns(load->launcher()).value_or(0);
  const double children_before = children_cpu_seconds();
  const std::uint64_t waiting = load->cgroup().usage_ns();
  EXPECT_EQ(load->cgroup().usage_ns(), waiting) << "the launcher does not sleep";
  load->go();
  const auto ended = load->wait(kHangDeadline);
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_EQ(ended->ok, 0u);
  EXPECT_EQ(ended->error, 20u);
  const double used = static_cast<double>(load->cgroup().usage_ns() - waiting) / 1e9;
  const double waited_for = children_cpu_seconds() - children_before - static_cast<double>(before_launch) / 1e9;
  std::cout << "cgroup " << used << " s, getrusage " << waited_for << " s\n";
  EXPECT_GE(used, 0.2);
  // The kernel makes both counts. The cgroup also has the last time of exiting tasks, which getrusage lacks: a small part of each process.
  EXPECT_GE(used, waited_for - 1e-4) << "a process is missing";
  EXPECT_LE(used, waited_for + 21 * costs->life_seconds() / 20) << "another process is in it";
  EXPECT_THAT(load->cgroup().members(), testing::IsEmpty());
}

// The output of a load is that of all its processes: if two write at the same time, neither overwrites the other.
TEST(ChildOutput, KeepsAllLinesOfProcessesThatWriteAtTheSameTime) {
  const auto ended = run_command({"sh", "-c", "for writer in 1 2 3 4; do (for line in $(seq 5000); do echo paused; done) & done; wait"});
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_EQ(std::ranges::count(words(ended->out, "\n"), "paused"), 20'000);
}

TEST(KernelSettings, ArePutBack) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  const std::string path = "/proc/sys/kernel/pid_max";
  const auto before = read_file(path);
  ASSERT_TRUE(before) << before.error().message;
  {
    const auto setting = KernelSetting::set(path, "30000");
    ASSERT_TRUE(setting) << setting.error().message;
    EXPECT_EQ(read_file(path).value_or(""), "30000\n");
  }
  EXPECT_EQ(read_file(path).value_or(""), *before);
}

}  // namespace
}  // namespace procledger::test
