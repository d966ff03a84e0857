// SPDX-License-Identifier: Apache-2.0
// Conservation: CPU time of tasks, idle time, irq, softirq and steal time add up to elapsed time x CPUs from the first collection on, also
// on CPUs that switch for the first time long after it, or never.
#include <algorithm>
#include <cmath>
#include <iostream>
#include <thread>

#include "core/ledger/host_cpu.hpp"
#include "matrix/matrix_test.hpp"
#include "support/files.hpp"

namespace procledger::test {
namespace {

using namespace std::chrono_literals;

constexpr double kBound = 0.005;  // of elapsed time x CPUs

double seconds(std::uint64_t ns) { return static_cast<double>(ns) / 1e9; }

class Conservation : public MatrixTest {
 protected:
  void SetUp() override {
    MatrixTest::SetUp();
    if (!HasFatalFailure()) read();
  }

  /// Runs a collection and updates the host's account. A collection takes time: CPU time of this process after its own turn in the scan is
  /// in elapsed time and not yet in tasks. Its amount depends on the emulator, so it is measured.
  const ledger::HostAccount& read() {
    const std::uint64_t before = process_cpu_ns(getpid()).value_or(0);
    collect();
    const auto report = pipeline_->source().report();
    EXPECT_TRUE(report) << report.error().message;
    if (report) host_.apply(report->host, pipeline_->ledger().tasks_cpu_ns());
    own_ns_ = process_cpu_ns(getpid()).value_or(0) - before;
    if (first_own_ns_ == 0) first_own_ns_ = own_ns_;
    return host_.account();
  }

  /// Runs a collection every second for the given time, and checks conservation at each.
  void expect_conservation(std::chrono::seconds during) {
    for (std::chrono::seconds passed{0}; passed < during; ++passed) {
      std::this_thread::sleep_for(1s);
      expect_closed(read());
    }
    std::cout << "idle " << seconds(idle()) << " s and residual " << residual() << " s of " << seconds(host_.account().capacity_ns)
              << " CPU seconds\n";
  }
  void expect_closed(const ledger::HostAccount& now) const {
    const double capacity = seconds(now.capacity_ns);
    EXPECT_LE(std::abs(residual()), kBound * capacity + seconds(first_own_ns_ + own_ns_))
        << "of " << capacity << " CPU seconds idle " << seconds(idle()) << ", tasks " << seconds(now.tasks_ns);
    EXPECT_LE(idle(), now.capacity_ns);
  }

  [[nodiscard]] std::uint64_t idle() const { return host_.account().idle_ns.value_or(0); }
  [[nodiscard]] double residual() const { return static_cast<double>(host_.account().residual_ns.value_or(0)) / 1e9; }

  ledger::HostLedger host_;
  std::uint64_t first_own_ns_{};  ///< CPU time of the first reading
  std::uint64_t own_ns_{};        ///< CPU time of the last reading
};

TEST_F(Conservation, QuietGuest) { expect_conservation(10s); }

/// Tests for a guest with CPU 3 isolated and CPU 7 offline at boot, as tools/matrix boots it.
class ManyCpus : public Conservation {
 protected:
  void SetUp() override {
    if (read_file(kOnline) == "1\n") {  // an earlier test brought the CPU online
      ASSERT_TRUE(write_file(kOnline, "0"));
    }
    Conservation::SetUp();
  }

  static constexpr int kIsolated = 3;
  static constexpr const char* kOnline = "/sys/devices/system/cpu/cpu7/online";

  static std::string list_of(const std::string& name) { return read_file("/sys/devices/system/cpu/" + name).value_or("unreadable"); }

  Result<Child> burn(int cpu, const std::string& us) const {
    return Child::spawn({.argv = {names_.link("burn", "burn"), us}, .cgroup_procs = {}, .cpu = cpu, .inherit = {}});
  }
};

TEST_F(ManyCpus, GuestIsWhatTheseTestsAreFor) {
  EXPECT_EQ(list_of("isolated"), "3\n");
  EXPECT_EQ(list_of("nohz_full"), "3\n");
  EXPECT_EQ(list_of("online"), "0-6\n");
}

// Regression: the first switch of an idle CPU added its idle time since boot.
TEST_F(ManyCpus, FirstSwitchLongAfterTheFirstCollectionAddsNothing) {
  expect_conservation(3s);
  for (const int cpu : {kIsolated, 1, 2, 4, 5, 6}) {
    auto child = burn(cpu, "20000");
    ASSERT_TRUE(child) << child.error().message;
    ASSERT_TRUE(child->wait(kPatience));
    expect_conservation(1s);
  }
}

// A CPU that runs one task from before the first collection to after the last one never switches, and is not idle.
TEST_F(ManyCpus, CpuThatIsBusyAllTheWhileIsNotIdle) {
  auto child = burn(kIsolated, "600000000");
  ASSERT_TRUE(child) << child.error().message;
  std::this_thread::sleep_for(2s);
  pipeline_.reset();  // a new start: source and ledger begin now
  host_ = {};
  first_own_ns_ = 0;
  ASSERT_NO_FATAL_FAILURE(Conservation::SetUp());
  const std::uint64_t cpus = read().cpus;
  for (int i = 0; i < 5; ++i) {
    std::this_thread::sleep_for(1s);
    const ledger::HostAccount& now = read();
    EXPECT_LE(idle(), now.capacity_ns / cpus * (cpus - 1));
  }
  child->send(SIGKILL);
  ASSERT_TRUE(child->wait(kPatience));
  read();
  EXPECT_LE(idle(), host_.account().capacity_ns / cpus * (cpus - 1)) << "at its first switch";
}

// A CPU that comes online counts in the capacity for the whole interval, so the residual may be off by one interval.
TEST_F(ManyCpus, CpuThatComesOnlineBringsNoIdleTimeFromBefore) {
  expect_conservation(2s);
  const std::uint32_t before = read().cpus;
  const std::uint64_t idle_before = idle();
  const std::uint64_t began = monotonic_ns();
  ASSERT_TRUE(write_file(kOnline, "1"));
  ASSERT_TRUE(soon([&] { return read().cpus == before + 1; }));
  const std::uint64_t elapsed = monotonic_ns() - began;
  EXPECT_LE(idle() - idle_before, elapsed * (before + 1));
  const double moved = residual();
  EXPECT_LE(std::abs(moved), seconds(elapsed) + kBound * seconds(host_.account().capacity_ns));
  for (int i = 0; i < 5; ++i) {
    std::this_thread::sleep_for(1s);
    read();
    EXPECT_LE(std::abs(residual() - moved), kBound * seconds(host_.account().capacity_ns)) << "the CPU counts like the others";
  }
}

}  // namespace
}  // namespace procledger::test
