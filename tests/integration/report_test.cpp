// SPDX-License-Identifier: Apache-2.0
// `procledger report` with a real Prometheus that scrapes a real daemon: the values of a known load, in every format.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "support/clocks.hpp"
#include "support/cpu_cgroup.hpp"
#include "support/daemon_process.hpp"
#include "support/files.hpp"
#include "support/host.hpp"
#include "support/load.hpp"
#include "support/prometheus_server.hpp"

namespace procledger::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr int kCannot = 2;

struct Spread {
  double min{1e9};
  double avg{};
  double max{};
};

/// The steps of a report, and the time of the last scrape before each step.
struct Grid {
  double from{};
  double to{};
  double step{};
  std::vector<double> scrapes{};  ///< their start times, in order
  double longest_scrape{};        ///< a value of a page is from some moment of its scrape
  [[nodiscard]] double scraped_by(double time) const {
    const auto after = std::ranges::upper_bound(scrapes, time);
    if (after == scrapes.begin()) {
      ADD_FAILURE() << "no scrape before that time";
      return time;
    }
    return *std::prev(after);
  }
};

/// The usage of a cgroup over Unix time, by the count of the kernel, read continuously.
class Truth {
 public:
  explicit Truth(const CpuCgroup& cgroup) : cgroup_{cgroup} {
    thread_ = std::thread{[this] {
      while (!stop_) {
        samples_.push_back({static_cast<double>(read_clock_ns(CLOCK_REALTIME)) / 1e9, static_cast<double>(cgroup_.usage_ns()) / 1e9});
        std::this_thread::sleep_for(5ms);
      }
    }};
  }
  ~Truth() { stop(); }
  Truth(const Truth&) = delete;
  Truth& operator=(const Truth&) = delete;

  void stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] Spread over(const Grid& grid) const {
    Spread spread;
    for (double step = grid.from; step < grid.to - grid.step / 2; step += grid.step) {
      const double begin = grid.scraped_by(step);
      const double end = grid.scraped_by(step + grid.step);
      const double cpus = (used_by(end) - used_by(begin)) / (end - begin);
      spread.min = std::min(spread.min, cpus);
      spread.max = std::max(spread.max, cpus);
    }
    const double begin = grid.scraped_by(grid.from);
    const double end = grid.scraped_by(grid.to);
    spread.avg = (used_by(end) - used_by(begin)) / (end - begin);
    return spread;
  }

 private:
  struct Sample {
    double time{};
    double used{};
  };

  [[nodiscard]] double used_by(double time) const {
    const auto after = std::ranges::upper_bound(samples_, time, {}, &Sample::time);
    if (after == samples_.begin() || after == samples_.end()) {
      ADD_FAILURE() << "no reading at that time";
      return 0;
    }
    const auto before = std::prev(after);
    return before->used + (after->used - before->used) * (time - before->time) / (after->time - before->time);
  }

  const CpuCgroup& cgroup_;
  std::vector<Sample> samples_;
  std::atomic<bool> stop_{};
  std::thread thread_;
};

struct Group {
  std::map<std::string, double> cpu;
  std::map<std::string, double> memory;
};

struct Groups {
  std::map<std::string, Group> by_name;
  Grid grid;
};

class Report : public testing::Test {
 protected:
  void SetUp() override {
    PROCLEDGER_REQUIRE_BPF();
    if (!run_command({"prometheus", "--version"})) GTEST_SKIP() << "prometheus is not installed";
    auto daemon = DaemonProcess::start();
    ASSERT_TRUE(daemon) << daemon.error().message;
    daemon_.emplace(std::move(*daemon));
    auto server = PrometheusServer::start(daemon_->address(), 1);
    ASSERT_TRUE(server) << server.error().message;
    server_.emplace(std::move(*server));
  }

  Outcome report(std::vector<std::string> flags) const {
    flags.insert(flags.begin(), {procledger_binary(), "report", "--prometheus", "http://" + server_->address().text()});
    const auto ended = run_command(std::move(flags));
    EXPECT_TRUE(ended) << ended.error().message;
    return ended.value_or(Outcome{});
  }
  [[nodiscard]] Groups groups(std::vector<std::string> flags) const {
    flags.insert(flags.end(), {"--format", "json", "--by", "group"});
    const Outcome ended = report(std::move(flags));
    EXPECT_EQ(ended.exit_code(), 0) << ended.err;
    const auto json = nlohmann::json::parse(ended.out, nullptr, false);
    if (!json.is_object()) return {};
    Groups found{.by_name = {}, .grid = {.from = json["from"], .to = json["to"], .step = json["step_seconds"]}};
    read_scrapes(found.grid);
    for (const auto& each : json["groups"]) {
      Group& group = found.by_name[each["labels"]["group"]];
      group.cpu = each["cpu"].get<std::map<std::string, double>>();
      if (each.contains("memory_bytes")) group.memory = each["memory_bytes"].get<std::map<std::string, double>>();
    }
    return found;
  }
  void read_scrapes(Grid& grid) const {
    const auto answer = server_->ask("/api/v1/query", {{"query", "scrape_duration_seconds[15m]"}});
    ASSERT_TRUE(answer) << answer.error().message;
    const auto data = nlohmann::json::parse(*answer);
    for (const auto& sample : data["result"].at(0)["values"]) {
      const double begin = sample.at(0);
      const double took = std::stod(sample.at(1).get<std::string>());
      if (begin + took <= grid.to) grid.scrapes.push_back(begin);  // the report, which ends now, cannot have a scrape that still runs
      grid.longest_scrape = std::max(grid.longest_scrape, took);
    }
  }
  [[nodiscard]] bool scraped(int times) const {
    return eventually(kHangDeadline, [&] {
      const auto count = server_->query("count_over_time(procledger_host_cpus[1m])", "job");
      return count && !count->empty() && count->begin()->second >= times;
    });
  }

  std::optional<DaemonProcess> daemon_;
  std::optional<PrometheusServer> server_;
};

Result<Child> start_in(const CpuCgroup& cgroup, std::vector<std::string> argv) {
  return Child::spawn({.argv = std::move(argv), .cgroup_procs = cgroup.procs_file(), .cpu = {}, .inherit = {}});
}

std::uint64_t resident_bytes(pid_t pid) {
  const auto statm = words(read_file("/proc/" + std::to_string(pid) + "/statm").value_or("0 0"), " ");
  return std::stoull(statm.at(1)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// The time of a page and of its values differ by up to the duration of the scrape. A window that starts or ends late has that much more or
/// less time of the one CPU that a group of this test can use.
void expect_cpu(const char* what, const std::map<std::string, double>& shown, const Spread& truth, const Grid& grid) {
  constexpr double kShare = 0.02;
  const auto allowed = [&](double value, double seconds) {
    return value == 0 ? 0 : value * kShare + std::min(value, 1.0) * 2 * grid.longest_scrape / seconds;
  };
  std::cout << what << ": " << shown.at("min") << " " << shown.at("avg") << " " << shown.at("max") << ", the kernel's " << truth.min << " "
            << truth.avg << " " << truth.max << ", longest scrape " << grid.longest_scrape << " s\n";
  EXPECT_NEAR(shown.at("min"), truth.min, allowed(truth.min, grid.step)) << what;
  EXPECT_NEAR(shown.at("avg"), truth.avg, allowed(truth.avg, grid.to - grid.from)) << what;
  EXPECT_NEAR(shown.at("max"), truth.max, allowed(truth.max, grid.step)) << what;
}

// One group exists all the time and uses a quarter of a CPU. Another group starts, uses a whole CPU, and exits.
class ReportTruth : public Report {
 protected:
  void expect_agreement(int step_seconds);
};

void ReportTruth::expect_agreement(int step_seconds) {
  const UniqueNames names;
  auto steady_cgroup = CpuCgroup::create("procledger-test-" + names.prefix() + "steady");
  auto burst_cgroup = CpuCgroup::create("procledger-test-" + names.prefix() + "burst");
  ASSERT_TRUE(steady_cgroup && burst_cgroup);
  Truth steady_truth{*steady_cgroup};
  Truth burst_truth{*burst_cgroup};
  auto steady = start_in(*steady_cgroup, {names.link("pace", "pace"), "5000", "20000"});
  ASSERT_TRUE(steady);
  ASSERT_TRUE(scraped(3));
  const std::uint64_t began_ns = monotonic_ns();
  const std::chrono::milliseconds step{step_seconds * 1000};
  std::this_thread::sleep_for(3 * step);
  auto burst = start_in(*burst_cgroup, {names.link("burst", "burn"), std::to_string(step_seconds * 2'250'000)});
  ASSERT_TRUE(burst && burst->wait(kHangDeadline));
  std::this_thread::sleep_for(2 * step - 500ms);
  const std::uint64_t steps = (monotonic_ns() - began_ns) / 1'000'000'000 / static_cast<std::uint64_t>(step_seconds) - 1;
  const auto shown = groups(
      {"--last", std::to_string(steps * static_cast<std::uint64_t>(step_seconds)) + "s", "--step=" + std::to_string(step_seconds) + "s"});
  steady_truth.stop();
  burst_truth.stop();
  ASSERT_TRUE(shown.by_name.contains(names.comm("pace")) && shown.by_name.contains(names.comm("burst")));

  const Group& pace = shown.by_name.at(names.comm("pace"));
  expect_cpu("steady", pace.cpu, steady_truth.over(shown.grid), shown.grid);
  const auto resident = static_cast<double>(resident_bytes(steady->pid()));
  EXPECT_NEAR(pace.memory.at("avg"), resident, resident * 0.02);

  const Group& gone = shown.by_name.at(names.comm("burst"));
  expect_cpu("burst", gone.cpu, burst_truth.over(shown.grid), shown.grid);
  const double used = static_cast<double>(burst_cgroup->usage_ns()) / 1e9;
  const double covered = shown.grid.scraped_by(shown.grid.to) - shown.grid.scraped_by(shown.grid.from);
  EXPECT_NEAR(gone.cpu.at("avg") * covered, used, used * 0.02) << "all its time is in the window";
  EXPECT_EQ(gone.cpu.at("min"), 0);
  EXPECT_EQ(gone.memory.at("min"), 0);
}

TEST_F(ReportTruth, AgreesWithTheKernelsCount) { expect_agreement(2); }

using LongReportTruth = ReportTruth;

TEST_F(LongReportTruth, AgreesOverMinutes) { expect_agreement(20); }

// Parsers of each format read the name of a group back, whatever the name contains.
TEST_F(Report, FormatsAreReadByOthers) {
  const std::string hostile = "a,\"b': {c}\\";
  auto child = Child::spawn(
      {.argv = {"/usr/bin/python3", "-c", "import sys, time\nopen('/proc/self/comm', 'w').write(sys.argv[1])\ntime.sleep(60)", hostile},
       .cgroup_procs = {},
       .cpu = {},
       .inherit = {}});
  ASSERT_TRUE(child);
  ASSERT_TRUE(eventually(kHangDeadline, [&] {
    const auto page = daemon_->scrape();
    return page && page->sum({.name = "procledger_group_processes", .labels = {{"group", hostile}}}) > 0;
  }));
  ASSERT_TRUE(scraped(4));
  const TempDir directory;
  for (const std::string format : {"csv", "json", "yaml"}) {
    const Outcome ended = report({"--last=3s", "--step=1s", "--format", format});
    ASSERT_EQ(ended.exit_code(), 0) << ended.err;
    ASSERT_TRUE(write_file(directory.path() / format, ended.out));
  }
  constexpr const char* kRead = R"(
import csv, json, sys
try:
    import yaml
except ImportError:
    yaml = None
def rows(path, format):
    text = open(path, newline="")
    if format == "csv":
        return {r["group"]: (r["instance"], float(r["cpu_avg"])) for r in csv.DictReader(text)}
    page = json.load(text) if format == "json" else yaml.safe_load(text)
    assert page["to"] - page["from"] == 3 and page["step_seconds"] == 1, page
    return {r["labels"]["group"]: (r["labels"]["instance"], r["cpu"]["avg"] + 0.0) for r in page["groups"]}
for format in ("csv", "json", "yaml"):
    if format == "yaml" and yaml is None:
        continue
    found = rows(sys.argv[1] + "/" + format, format)
    assert found[sys.argv[2]][0] == sys.argv[3], found
    assert len(found) > 1
print("well")
)";
  const auto read = run_command({"/usr/bin/python3", "-c", kRead, directory.path(), hostile, daemon_->address().text()});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->out, "well\n") << read->err;
  const Outcome table = report({"--last=3s", "--step=1s", "--sort=name"});
  EXPECT_THAT(table.out, testing::StartsWith("group"));
  EXPECT_THAT(table.out, HasSubstr("instance"));
  EXPECT_THAT(table.out, testing::Not(HasSubstr("namespace"))) << "no group has one here";
}

TEST_F(Report, ExcludesAndSaysWhyThereIsNothing) {
  ASSERT_TRUE(scraped(4));
  EXPECT_TRUE(groups({"--last=3s", "--step=1s"}).by_name.contains("procledger"));
  EXPECT_FALSE(groups({"--last=3s", "--step=1s", "--exclude", "proc.*"}).by_name.contains("procledger"));
  const Outcome none = report({"--last=3s", "--step=1s", "--namespace", "nosuch"});
  EXPECT_EQ(none.exit_code(), kFoundNothing);
  EXPECT_THAT(none.err, HasSubstr("no group matches --namespace and --exclude; without them, the report covers 1 daemon"));
  const Outcome pattern = report({"--namespace", "("});
  EXPECT_EQ(pattern.exit_code(), kCannot);
  EXPECT_THAT(pattern.err, HasSubstr("Prometheus refused (HTTP 400): bad_data: "));
  EXPECT_THAT(pattern.err, HasSubstr("missing closing )"));
}

TEST_F(Report, TopKeepsTheFirstRowsAndSaysWhatIsLeftOut) {
  ASSERT_TRUE(scraped(4));
  const Outcome one = report({"--last=3s", "--step=1s", "--top=1", "--format=csv"});
  EXPECT_EQ(one.exit_code(), 0) << one.err;
  EXPECT_EQ(std::ranges::count(one.out, '\n'), 2) << one.out;
  EXPECT_THAT(one.err, testing::EndsWith("; --top 0 prints all\n"));
  const Outcome all = report({"--last=3s", "--step=1s"});  // into a pipe
  EXPECT_GT(std::ranges::count(all.out, '\n'), 2) << all.out;
  EXPECT_EQ(all.err, "");
}

TEST_F(Report, AServerThatKnowsNoDaemonGetsAHint) {
  const auto nobody = PrometheusServer::start(server_->address(), 1);  // scrapes the other server
  ASSERT_TRUE(nobody) << nobody.error().message;
  const auto none = run_command({procledger_binary(), "report", "--prometheus", "http://" + nobody->address().text() + "/"});
  ASSERT_TRUE(none);
  EXPECT_EQ(none->exit_code(), kFoundNothing);
  EXPECT_THAT(none->err, HasSubstr("no series procledger_group_cpu_seconds_total"));
  const auto missing = run_command({procledger_binary(), "report"});
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->exit_code(), kUsage);
  const auto no_token = run_command({procledger_binary(), "report", "--prometheus=http://127.0.0.1:1", "--bearer-token-file=/nosuch"});
  ASSERT_TRUE(no_token);
  EXPECT_THAT(no_token->err, HasSubstr("--bearer-token-file: reading /nosuch: "));
  EXPECT_EQ(no_token->exit_code(), kCannot);
}

}  // namespace
}  // namespace procledger::test
