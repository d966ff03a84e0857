// SPDX-License-Identifier: Apache-2.0
// Compares --compat=process-exporter with process-exporter over the same idle processes, with the same configuration. The tests compare
// only groups of their own processes, whose names have a unique prefix.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "support/clocks.hpp"
#include "support/compat_comparison.hpp"
#include "support/daemon_process.hpp"
#include "support/files.hpp"
#include "support/host.hpp"
#include "support/load.hpp"
#include "support/process_exporter.hpp"

namespace procledger::test {
namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) (text += line) += '\n';
  return text;
}

class ProcessExporterTest : public testing::Test {
 protected:
  void SetUp() override {
    PROCLEDGER_REQUIRE_BPF();
    if (!run_command({"prometheus-process-exporter", "-version"})) GTEST_SKIP() << "prometheus-process-exporter is not installed";
  }

  /// Starts both programs with the same file: process-exporter first, then procledger, so that later processes are new for both.
  /// @param item  of process_names
  void start_both(const std::string& item) {
    const std::string file = directory_.path() / "config.yaml";
    ASSERT_TRUE(write_file(file, "process_names:\n" + item));
    auto theirs = ProcessExporter::start({"-config.path=" + file});
    ASSERT_TRUE(theirs) << theirs.error().message;
    theirs_.emplace(std::move(*theirs));
    auto ours = DaemonProcess::start({.flags = {"--compat=process-exporter", "-config.path", file, "--slow.interval=1s"}});
    ASSERT_TRUE(ours) << ours.error().message;
    ours_.emplace(std::move(*ours));
  }

  /// Starts a process that holds 1 MiB, which takes 256 page faults, and 2 files, and sleeps.
  /// @param path  the program, and its argv[0]
  void start_idle(const std::string& path, unsigned threads = 1) {
    auto child = Child::spawn(
        {.argv = {path, "1048576", "0", "0", "-", "2", std::to_string(threads)}, .cgroup_procs = {}, .cpu = {}, .inherit = {}});
    ASSERT_TRUE(child) << child.error().message;
    idle_.push_back(std::move(*child));
    ASSERT_TRUE(eventually(kHangDeadline, [&] { return idle_.back().out() == "ready\n"; })) << path;
    ASSERT_TRUE(idle_.back().falls_asleep()) << path;
    unsigned voluntary = 0;
    unsigned involuntary = 0;
    ASSERT_EQ(std::sscanf(idle_.back().err().c_str(), "%u %u", &voluntary, &involuntary), 2) << idle_.back().err();
    switches_before_main_ += voluntary + involuntary;
  }

  using Differences = std::vector<std::string> (*)(const ComparedPages&);

  /// Waits until both pages agree: background sampling provides some values of procledger.
  void expect_no(Differences differences) {
    std::vector<std::string> last;
    static_cast<void>(eventually(
        kHangDeadline,
        [&] {
          last = compare(differences);
          return last.empty();
        },
        std::chrono::milliseconds{500}));
    EXPECT_EQ(joined(last), "");
  }

  [[nodiscard]] std::optional<double> states_there_beyond_ours(const LabelMap& labels) const {
    const auto theirs = theirs_->scrape();
    const auto ours = ours_->scrape();
    if (!theirs || !ours) return std::nullopt;
    const Selector states{.name = "namedprocess_namegroup_states", .labels = labels};
    return theirs->sum(states) - ours->sum(states);
  }

  UniqueNames names_;

 private:
  std::vector<std::string> compare(Differences differences) {
    const auto theirs = theirs_->scrape();
    if (!theirs) return {theirs.error().message};
    const auto ours = ours_->scrape();
    if (!ours) return {ours.error().message};
    return differences({.theirs = *theirs, .ours = *ours, .group_prefix = names_.prefix(), .switches_before_exec = switches_before_main_});
  }

  TempDir directory_;
  std::vector<Child> idle_;
  double switches_before_main_{};
  std::optional<ProcessExporter> theirs_;
  std::optional<DaemonProcess> ours_;
};

// Only processes of the test: on a busy host, background sampling of the memory of all processes takes longer than this test.
TEST_F(ProcessExporterTest, GroupsOfAllCommandNamesAreTheSame) {
  ASSERT_NO_FATAL_FAILURE(start_both("  - {name: '{{.Comm}}', cmdline: ['" + names_.prefix() + ".+']}\n"));
  for (const char* name : {"a", "a", "b"}) ASSERT_NO_FATAL_FAILURE(start_idle(names_.link(name, "holder")));
  expect_no(compat_differences);
}

TEST_F(ProcessExporterTest, TwoExecutablesInOneGroupAreTheSame) {
  const std::string whole = names_.link("a", "holder");
  ASSERT_NO_FATAL_FAILURE(start_both("  - {name: '" + names_.prefix() + "two', exe: ['" + whole + "', '" + names_.comm("b") + "']}\n"));
  for (const char* name : {"a", "b", "c"}) ASSERT_NO_FATAL_FAILURE(start_idle(names_.link(name, "holder")));
  expect_no(compat_differences);
}

TEST_F(ProcessExporterTest, CapturesInNamesAreTheSame) {
  ASSERT_NO_FATAL_FAILURE(start_both("  - {name: '" + names_.prefix() +
                                     "{{.Matches.Size}} {{.Matches.Fds}} {{.Matches.Else}}', cmdline: ['" + names_.comm("c") +
                                     " (?P<Size>\\d+) ', '(?P<Fds>\\d+) \\d$']}\n"));
  ASSERT_NO_FATAL_FAILURE(start_idle(names_.link("c", "holder")));
  expect_no(compat_differences);
}

TEST_F(ProcessExporterTest, UserNamesInNamesAreTheSame) {
  ASSERT_NO_FATAL_FAILURE(start_both("  - {name: '" + names_.prefix() + "{{.Username}}', comm: ['" + names_.comm("d") + "']}\n"));
  ASSERT_NO_FATAL_FAILURE(start_idle(names_.link("d", "holder")));
  expect_no(compat_differences);
}

TEST_F(ProcessExporterTest, CgroupsInNamesAreTheSame) {
  ASSERT_NO_FATAL_FAILURE(start_both("  - {name: '" + names_.prefix() + "{{.Cgroups}}', comm: ['" + names_.comm("e") + "']}\n"));
  ASSERT_NO_FATAL_FAILURE(start_idle(names_.link("e", "holder")));
  expect_no(compat_differences);
}

TEST_F(ProcessExporterTest, MatchesPrintedWholeAreTheSame) {
  ASSERT_NO_FATAL_FAILURE(start_both("  - {name: '" + names_.prefix() + "{{.Matches}}', cmdline: ['" + names_.comm("f") +
                                     " (?P<Size>\\d+) (\\d+)', '(?P<Fds>\\d+) \\d$']}\n"));
  ASSERT_NO_FATAL_FAILURE(start_idle(names_.link("f", "holder")));
  expect_no(compat_differences);
}

TEST_F(ProcessExporterTest, ThreadsByNameAreTheSameAndCountedOnce) {
  // Not all processes of the host: process-exporter panics if a name is not UTF-8.
  ASSERT_NO_FATAL_FAILURE(start_both("  - {name: '{{.Comm}}', cmdline: ['" + names_.comm("g") + "']}\n"));
  ASSERT_NO_FATAL_FAILURE(start_idle(names_.link("g", "holder"), 3));
  expect_no(thread_series_differences);
  EXPECT_EQ(states_there_beyond_ours({{"groupname", names_.comm("g")}}), 1) << "process-exporter counts the main thread twice";
}

}  // namespace
}  // namespace procledger::test
