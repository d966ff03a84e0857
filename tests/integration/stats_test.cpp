// SPDX-License-Identifier: Apache-2.0
// `procledger stats` as users run it, compared with psutil, whose values it replaces.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <csignal>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "support/clocks.hpp"
#include "support/daemon_process.hpp"
#include "support/files.hpp"
#include "support/host.hpp"
#include "support/public_binary.hpp"

namespace procledger::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Values = std::map<std::string, double>;

constexpr const char* kPython = "/usr/bin/python3";

// The values that grow under the steady load.
constexpr std::array kGrowing{"cpu.percent",
                              "ctx_switches.voluntary_per_sec",
                              "ctx_switches.involuntary_per_sec",
                              "io_counters.read_count_per_sec",
                              "io_counters.write_count_per_sec",
                              "io_counters.read_bytes_per_sec",
                              "io_counters.write_bytes_per_sec",
                              "memory.rss_per_sec",
                              "memory.vms_per_sec",
                              "memory.shared_per_sec",
                              "memory.data_per_sec",
                              "memory.percent_per_sec",
                              "fds_per_sec",
                              "conns.tcp.total_per_sec",
                              "conns.tcp.listen_per_sec",
                              "conns.udp.total_per_sec",
                              "conns.unix_sockets.total_per_sec"};

std::string script(const std::string& name) { return std::string{PROCLEDGER_TEST_SOURCE_DIR} + "/integration/psutil/" + name; }

Result<Child> start(std::vector<std::string> argv) {
  return Child::spawn({.argv = std::move(argv), .cgroup_procs = {}, .cpu = {}, .inherit = {}});
}

/// Starts a program with a higher priority if the rights allow it, because a run-queue wait between a value and the clock makes the rate
/// inexact. The priority is not above that of the test programs.
Result<Child> start_ahead(std::vector<std::string> argv) {
  const std::vector<std::string> ahead{"chrt", "--fifo", "1"};
  auto probe = ahead;
  probe.emplace_back("true");
  if (const auto allowed = run_command(std::move(probe)); allowed && allowed->exit_code() == 0) {
    argv.insert(argv.begin(), ahead.begin(), ahead.end());
  }
  return start(std::move(argv));
}

Values values_of(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  EXPECT_TRUE(json.is_object()) << text;
  Values values;
  for (const auto& [key, value] : json.items()) values[key] = value.get<double>();
  return values;
}

double at(const Values& values, const std::string& key) {
  const auto found = values.find(key);
  return found == values.end() ? 0 : found->second;
}

/// Whether the child sleeps for a given time, as between two readings.
bool naps(const Child& child) {
  return eventually(
      kHangDeadline,
      [&] { return read_file("/proc/" + std::to_string(child.pid()) + "/wchan").value_or("").find("nanosleep") != std::string::npos; },
      5ms);
}

struct Rates {
  Values ours;
  Values theirs;
  double interval{};       ///< requested seconds between two readings
  double whole_command{};  ///< seconds of our command; its interval was not longer
  double shift{};          ///< maximum seconds between the starts of the two intervals
};

class Stats : public testing::Test {
 protected:
  void SetUp() override {
    const auto psutil = run_command({kPython, "-c", "import psutil"});
    if (!psutil || psutil->exit_code() != 0) GTEST_SKIP() << "python3-psutil is not installed";
  }

  /// Starts a process and waits until it is ready.
  void subject(const std::string& mode) {
    auto child = start({kPython, script("subject.py"), mode, file()});
    ASSERT_TRUE(child) << child.error().message;
    subject_.emplace(std::move(*child));
    ASSERT_TRUE(said("ready")) << subject_->err();
  }
  /// Starts a process that does the same amount of work all the time.
  void steady_subject(const std::string& mode) {
    auto child = start({std::string{PROCLEDGER_TESTPROGS} + "/steady", file(), mode});
    ASSERT_TRUE(child) << child.error().message;
    subject_.emplace(std::move(*child));
    ASSERT_TRUE(said("ready")) << subject_->err();
  }
  void go_on() {
    subject_->send(SIGUSR1);
    ASSERT_TRUE(said("done")) << subject_->err();
  }
  [[nodiscard]] std::string pid() const { return std::to_string(subject_->pid()); }
  [[nodiscard]] std::string file() const { return directory_.path() / "file"; }

  static Outcome outcome(std::vector<std::string> flags) {
    flags.insert(flags.begin(), {procledger_binary(), "stats"});
    const auto ended = run_command(std::move(flags));
    EXPECT_TRUE(ended) << ended.error().message;
    return ended.value_or(Outcome{});
  }
  static Values ours(std::vector<std::string> flags) {
    flags.emplace_back("--json");
    const Outcome ended = outcome(std::move(flags));
    EXPECT_EQ(ended.exit_code(), 0) << ended.err;
    EXPECT_EQ(ended.err, "");
    return values_of(ended.out);
  }
  [[nodiscard]] Values theirs() const {
    const auto ended = run_command({kPython, script("values.py"), pid()});
    EXPECT_TRUE(ended && ended->exit_code() == 0) << (ended ? ended->err : ended.error().message);
    return ended ? values_of(ended->out) : Values{};
  }
  /// Both programs read, the subject continues, and both read again.
  Rates rates(const std::string& source, const std::function<void(Stats&)>& between = &Stats::go_on, int at_least_seconds = 3) {
    const int interval = at_least_seconds + 3 * seconds_to_start();
    const std::string seconds = std::to_string(interval);
    const std::int64_t began_ns = read_clock_ns(CLOCK_MONOTONIC);
    auto us = start_ahead({procledger_binary(), "stats", "--pid", pid(), "--interval", seconds + "s", "--json", "--source", source});
    auto them = start_ahead({kPython, script("values.py"), pid(), seconds});
    if (!us || !them) return {};
    EXPECT_TRUE(naps(*us) && naps(*them)) << us->err() << them->err();
    between(*this);
    const auto ours = us->wait(kHangDeadline);
    const auto theirs = them->wait(kHangDeadline);
    EXPECT_TRUE(ours && theirs);
    if (!ours || !theirs) return {};
    EXPECT_EQ(ours->err, "");
    return {.ours = values_of(ours->out),
            .theirs = values_of(theirs->out),
            .interval = static_cast<double>(interval),
            .whole_command = std::chrono::duration<double>(ours->took).count(),
            .shift = static_cast<double>(read_clock_ns(CLOCK_MONOTONIC) - began_ns) / 1e9 - interval};
  }
  /// The whole seconds that a program needs before its first reading; 0 if less than one.
  [[nodiscard]] int seconds_to_start() const {
    const auto ended = run_command({kPython, script("values.py"), pid()});
    return ended ? static_cast<int>(ended->took / 1s) : 0;
  }

  std::optional<Child> subject_;

 private:
  [[nodiscard]] bool said(const std::string& word) const {
    return eventually(kHangDeadline, [&] { return subject_->out().find(word) != std::string::npos; });
  }

  TempDir directory_;
};

TEST_F(Stats, AgreesWithPsutilOnOneThreadWithoutChildren) {
  subject("plain");
  const Values us = ours({"--pid", pid(), "--interval", "0"});
  const Values them = theirs();
  for (const auto& [key, theirs] : them) EXPECT_NEAR(at(us, key), theirs, theirs * 0.01) << key;
  for (const auto& [key, value] : us) {
    EXPECT_TRUE(them.contains(key) || key == "total_processes" || key == "fetch_time") << key << " " << value;
  }
  for (const char* key : {"io_counters.write_count", "ctx_switches.voluntary", "conns.tcp.listen", "conns.udp.total", "memory.data"}) {
    EXPECT_GT(at(them, key), 0) << key << ": there was nothing to compare";
  }
  EXPECT_EQ(at(us, "conns.tcp.established"), 2);
  EXPECT_EQ(at(us, "conns.unix_sockets.total"), 2);
}

std::string cpu_key(const std::string& mode) { return "cpu." + mode + "_per_sec"; }

/// Records the progress of the steady load during a measurement. After a delay the load catches up.
class Progress {
 public:
  explicit Progress(pid_t pid) : directory_{"/proc/" + std::to_string(pid) + "/"} {
    thread_ = std::thread{[this] {
      while (!stop_) {
        take_sample();
        std::this_thread::sleep_for(5ms);
      }
    }};
  }
  ~Progress() { stop(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

  /// The share by which the rates of two windows of `seconds` may differ if the windows start and end at most `shift` seconds apart. The
  /// work of a single period of the load is not counted.
  [[nodiscard]] double unevenness(const std::string& key, double seconds, double shift) const {
    return unevenness(key == "ctx_switches.involuntary_per_sec" ? &Sample::interruptions : &Sample::writes, seconds, shift);
  }

 private:
  struct Sample {
    double time{};
    double writes{};
    double interruptions{};
  };
  static constexpr double kPerPeriod = 35;  ///< no value grows by more in a period of the load

  [[nodiscard]] double figure(const char* file, const std::string& name) const {
    const std::string text = read_file(directory_ + file).value_or("");
    const std::size_t found = text.find("\n" + name + ":");
    return found == std::string::npos ? 0 : std::stod(text.substr(found + name.size() + 2));
  }
  void take_sample() {
    const std::int64_t before_ns = read_clock_ns(CLOCK_BOOTTIME);
    const Sample sample{.time = static_cast<double>(before_ns) / 1e9,
                        .writes = figure("io", "syscw"),
                        .interruptions = figure("status", "nonvoluntary_ctxt_switches")};
    if (read_clock_ns(CLOCK_BOOTTIME) - before_ns < 1'000'000) samples_.push_back(sample);  // else the time does not fit the values
  }
  [[nodiscard]] double unevenness(double Sample::* figure, double seconds, double shift) const {
    if (samples_.size() < 2) return 0;
    const double rate = (samples_.back().*figure - samples_.front().*figure) / (samples_.back().time - samples_.front().time);
    double farthest = 0;
    for (auto from = samples_.begin(); from != samples_.end(); ++from) {
      for (auto to = std::next(from); to != samples_.end() && to->time - from->time <= shift; ++to) {
        const double beside = std::abs((*to).*figure - (*from).*figure - rate * (to->time - from->time));
        farthest = std::max(farthest, beside - kPerPeriod);
      }
    }
    return 2 * farthest / (rate * seconds);
  }

  std::string directory_;
  std::vector<Sample> samples_;
  std::atomic<bool> stop_{};
  std::thread thread_;
};

/// The values that differ by more than 1 % plus the unevenness of the load, one per line. Not the small CPU time in the other mode than
/// `mode`: the kernel estimates the mode from a few dozen ticks in a window, and two windows have different ticks.
std::string apart(const Rates& rates, const std::string& mode, const Progress& progress) {
  std::string lines;
  for (const auto& [key, theirs] : rates.theirs) {
    const bool little = (key == "cpu.user_per_sec" || key == "cpu.system_per_sec") && key != cpu_key(mode);
    const bool rate = key.ends_with("_per_sec") || key == "cpu.percent";
    if (!rate || little) continue;
    const double uneven = progress.unevenness(key, rates.interval, rates.shift);
    if (std::abs(at(rates.ours, key) - theirs) <= std::abs(theirs) * (0.01 + uneven)) continue;
    lines += key + ": " + std::to_string(at(rates.ours, key)) + ", psutil " + std::to_string(theirs) + ", the load uneven by " +
             std::to_string(uneven) + "\n";
  }
  return lines;
}

// The two windows differ, so the load must be steady: it has the highest priority. But storage is shared, and a virtual machine may lose
// its CPUs for a while. The test repeats a disturbed window.
class StatsOfASteadyLoad : public Stats {
 protected:
  void expect_equal_rates(const std::string& source, const std::string& mode) {
    constexpr int kWindows = 3;
    Rates seen;
    std::string differences;
    for (int window = 0; window < kWindows; ++window) {
      ASSERT_NO_FATAL_FAILURE(steady_subject(mode));
      Progress progress{subject_->pid()};
      seen = rates(source, [](Stats&) {}, 5);
      progress.stop();
      differences = apart(seen, mode, progress);
      std::cout << "the load was uneven by " << 100 * progress.unevenness("", seen.interval, seen.shift) << " %\n";
      if (differences.empty()) break;
    }
    EXPECT_EQ(differences, "");
    EXPECT_GT(at(seen.theirs, cpu_key(mode)), 0.3);
    for (const char* key : kGrowing) EXPECT_GT(at(seen.theirs, key), 0) << key << ": there was nothing to compare";
    for (const auto& [key, value] : seen.ours) {
      EXPECT_TRUE(!key.ends_with("_per_sec") || seen.theirs.contains(key)) << key << " " << value;
    }
  }
};

TEST_F(StatsOfASteadyLoad, HasPsutilsRatesByThePrograms) {
  PROCLEDGER_REQUIRE_BPF();
  expect_equal_rates("bpf", "user");
}

TEST_F(StatsOfASteadyLoad, HasPsutilsRatesByTheFiles) { expect_equal_rates("proc", "system"); }

TEST_F(Stats, CountsOtherwiseWherePsutilIsWrong) {
  subject("apart");
  const Values us = ours({"--pid", pid(), "--interval", "0"});
  const Values them = theirs();
  EXPECT_GE(at(us, "ctx_switches.voluntary"), at(them, "ctx_switches.voluntary") + 400) << "the main thread alone";
  EXPECT_GE(at(them, "io_counters.write_count"), 2000) << "with a reaped child";
  EXPECT_LT(at(us, "io_counters.write_count"), 100);
  EXPECT_EQ(at(them, "conns.unix_sockets.total"), 3) << "a socket counts once per descriptor";
  EXPECT_EQ(at(us, "conns.unix_sockets.total"), 2);
  EXPECT_EQ(at(them, "conns.tcp.total"), 0) << "a socket that is bound to nothing is in no table";
  EXPECT_EQ(at(us, "conns.tcp.close"), 1);
}

// The load that makes metrics-per-process jump: children write, stay zombies, and are reaped at the same time.
TEST_F(Stats, RatesDoNotJumpWhenChildrenAreReaped) {
  for (const std::string source : {"bpf", "proc"}) {
    if (source == "bpf" && !why_no_bpf().empty()) continue;
    subject("zombies");
    const Rates seen = rates(source);
    EXPECT_GT(at(seen.theirs, "io_counters.write_count_per_sec") * seen.interval, 1500) << "this load does not make psutil jump";
    EXPECT_LT(at(seen.ours, "io_counters.write_count_per_sec"), 10) << source;
    EXPECT_LT(at(seen.ours, "io_counters.write_bytes_per_sec"), 10'000) << source;
    EXPECT_LT(at(seen.ours, "cpu.percent"), 10) << source;
  }
}

TEST_F(Stats, ThreadsThatEndInTheIntervalCount) {
  PROCLEDGER_REQUIRE_BPF();
  subject("threads");
  const Values before = ours({"--pid", pid(), "--interval", "0"});
  const Rates seen = rates("bpf");
  EXPECT_NEAR(at(seen.ours, "io_counters.write_count") - at(before, "io_counters.write_count"), 2000, 20);
  // The rate uses the true time between readings, which is at least the requested time and at most the time of the command.
  constexpr double kSome = 20;
  EXPECT_LE(at(seen.ours, "io_counters.write_count_per_sec") * seen.interval, 2000 + kSome);
  EXPECT_GE(at(seen.ours, "io_counters.write_count_per_sec") * seen.whole_command, 2000 - kSome);
}

TEST_F(Stats, WithoutFollowingThemTheirPartIsMissingOnceSomebodyWasReaped) {
  subject("threads");
  const Rates seen = rates("proc");
  EXPECT_LT(at(seen.ours, "io_counters.write_count_per_sec") * seen.interval, 200);
}

TEST_F(Stats, FindsByAnyNameThatAProcessMayTake) {
  for (const std::string name : {"a) S 1 (b", "two\nlines", "\xff\xfe~", "=,"}) {
    ASSERT_TRUE(write_file(file(), name));
    subject("named");
    if (name.find(',') == std::string::npos) {  // a comma would make two names
      EXPECT_EQ(outcome({"--name", name, "--list"}).out, pid() + "\n") << name;
    }
    EXPECT_EQ(outcome({"--pid", pid(), "--list", "--json"}).out, "[" + pid() + "]\n");
    EXPECT_EQ(at(ours({"--pid", pid(), "--interval=0", "--no-connections"}), "total_processes"), 1) << name;
  }
}

TEST_F(Stats, SumsOverAllThatMatchEveryKind) {
  const std::string tag = "PROCLEDGER_TAG=" + std::to_string(getpid());
  auto tagged = start({"env", tag, "sleep", "1000"});
  auto other = start({"env", tag, "PROCLEDGER_OTHER=1", "sleep", "1000"});
  ASSERT_TRUE(tagged && other);
  ASSERT_TRUE(
      eventually(kHangDeadline, [&] { return std::ranges::count(outcome({"--name=sleep", "--env", tag, "--list"}).out, '\n') == 2; }));
  EXPECT_EQ(at(ours({"--name", "sleep,nosuch", "--user", "root,0", "--env", tag, "--interval", "50ms"}), "total_processes"), 2);
  EXPECT_EQ(outcome({"--env", tag, "--env", "PROCLEDGER_OTHER!", "--list"}).out, std::to_string(tagged->pid()) + "\n");
}

TEST_F(Stats, NobodyIsALineAndAStatus) {
  const Outcome none = outcome({"--name", "no-such-program"});
  EXPECT_EQ(none.exit_code(), kFoundNothing);
  EXPECT_EQ(none.out, "");
  EXPECT_EQ(none.err, "procledger: no process matches the selection; ps -eo pid,euser,comm shows all PIDs, users and names\n");
  auto brief = start({"sleep", "1000"});
  ASSERT_TRUE(brief);
  auto looking = start({procledger_binary(), "stats", "--pid", std::to_string(brief->pid()), "--interval=2s", "--source=proc"});
  ASSERT_TRUE(looking && naps(*looking));
  brief->send(SIGKILL);
  ASSERT_TRUE(brief->wait(kHangDeadline));
  const auto gone = looking->wait(kHangDeadline);
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->exit_code(), kFoundNothing);
  EXPECT_EQ(gone->err, "procledger: all selected processes exited during the interval; take a shorter --interval\n");
}

TEST_F(Stats, TerminalGetsUnitsAndRawDoesNot) {
  const auto on_terminal = [](const std::string& flags) {
    const std::string command = procledger_binary() + " stats --interval 0 --pid " + std::to_string(getpid()) + flags;
    const auto ended = run_command({"script", "-qec", command, "/dev/null"});
    EXPECT_TRUE(ended) << ended.error().message;
    return ended ? ended->out : std::string{};
  };
  EXPECT_THAT(on_terminal(""), testing::ContainsRegex("memory\\.rss +[0-9]+\\.[0-9] [KMG]iB\r\n"));
  EXPECT_THAT(on_terminal(" --raw"), testing::ContainsRegex("memory\\.rss [0-9]+\r\n"));
}

TEST_F(Stats, BadArgumentsAreUsage) {
  const Outcome bad = outcome({"--pid", "x"});
  EXPECT_EQ(bad.exit_code(), kUsage);
  EXPECT_EQ(bad.err, "procledger: --pid: \"x\" is not a PID, a whole number above 0\n");
  EXPECT_THAT(outcome({"--help"}).out, HasSubstr("--keep-zero"));
}

TEST_F(Stats, WithoutRightsItSaysWhatIsMissing) {
  const PublicBinary binary;
  subject("threads");
  auto argv = as_nobody();
  argv.insert(argv.end(), {binary.path(), "stats", "--pid", pid(), "--interval", "50ms", "--json"});
  const auto ended = run_command(std::move(argv));
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_EQ(ended->exit_code(), 0) << ended->err;
  EXPECT_THAT(ended->err, HasSubstr("rates do not include threads that exited during the interval: "));
  EXPECT_THAT(ended->err, HasSubstr("io_counters does not include 1 process"));
  const Values seen = values_of(ended->out);
  EXPECT_FALSE(seen.contains("io_counters.write_count"));
  EXPECT_FALSE(seen.contains("fds"));
  EXPECT_GT(at(seen, "memory.rss"), 1e6);
}

// Of two processes with one name, one belongs to another user: the sum of one process is not reported as the sum of both.
TEST_F(Stats, WhoseEnvironmentIsHiddenIsLeftOutAloud) {
  const PublicBinary binary;
  const std::string tag = "TAG=" + std::to_string(getpid());
  auto ours = as_nobody();
  ours.insert(ours.end(), {"env", tag, "sleep", "1000"});
  auto mine = start(ours);
  auto theirs = start({"env", tag, "sleep", "1000"});
  ASSERT_TRUE(mine && theirs);
  auto argv = as_nobody();
  argv.insert(argv.end(), {binary.path(), "stats", "--pid", std::to_string(mine->pid()) + "," + std::to_string(theirs->pid()), "--name",
                           "sleep", "--env", tag, "--list"});
  Result<Outcome> ended;
  ASSERT_TRUE(eventually(kHangDeadline, [&] {
    ended = run_command(argv);
    return ended && ended->exit_code() == 0;
  }));
  EXPECT_EQ(ended->out, std::to_string(mine->pid()) + "\n");
  EXPECT_THAT(ended->err, HasSubstr("left out 1 process whose environment cannot be read"));
}

}  // namespace
}  // namespace procledger::test
