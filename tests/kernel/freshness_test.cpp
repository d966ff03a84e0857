// SPDX-License-Identifier: Apache-2.0
// The CPU time of a running task is exported up to now, not up to the last tick.
//
// The spinner has a CPU of its own; daemon and test share another CPU. The spinner reads its own CPU clock after the scrape and never
// before, since a read updates the kernel's total. While it spins, its CPU time and the wall clock advance together, so its clock at t2
// gives its CPU time at any moment between t0 and t1, and the scrape lies in this interval. The spinner also notes when another task or the
// hypervisor had its CPU: a reading around such a pause is discarded and repeated.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <iostream>
#include <optional>

#include "support/clocks.hpp"
#include "support/host.hpp"
#include "support/truth.hpp"
#include "testprogs/spinner.h"

namespace procledger::test {
namespace {

constexpr int kReads = 50;
constexpr std::chrono::seconds kLongest{60};  // limit for a busy host, where the spinner rarely has the CPU to itself
constexpr double kFreshnessBoundSeconds = 0.0003;

double seconds(std::uint64_t ns) { return static_cast<double>(ns) / 1e9; }

/// The spinner process, which waits until go().
class Spinner {
 public:
  Spinner() : memory_{memory_file("spinner")} {
    if (ftruncate(memory_.get(), sizeof(spinner_page)) != 0) return;
    void* mapped = mmap(nullptr, sizeof(spinner_page), PROT_READ | PROT_WRITE, MAP_SHARED, memory_.get(), 0);
    if (mapped != MAP_FAILED) page_ = static_cast<spinner_page*>(mapped);
  }
  ~Spinner() {
    if (page_ == nullptr) return;
    stop();
    munmap(page_, sizeof(spinner_page));
  }
  Spinner(const Spinner&) = delete;
  Spinner& operator=(const Spinner&) = delete;

  Result<void> start(const std::string& program, int cpu) {
    std::array<int, 2> ends{};
    if (page_ == nullptr || pipe2(ends.data(), O_CLOEXEC) != 0) return fail(ErrorKind::kIo, "no shared memory or no pipe");
    const UniqueFd read_end{ends[0]};
    go_ = UniqueFd{ends[1]};
    auto child = Child::spawn(
        {.argv = {program, "10", "11"}, .cgroup_procs = {}, .cpu = cpu, .inherit = {{memory_.get(), 10}, {read_end.get(), 11}}});
    if (!child) return tl::unexpected{child.error()};
    child_.emplace(std::move(*child));
    const bool ready = eventually(kHangDeadline, [this] { return child_->out() == "ready\n"; });
    if (!ready || !child_->falls_asleep()) return fail(ErrorKind::kIo, "the spinner does not wait: " + child_->err());
    return {};
  }
  void go() { static_cast<void>(write(go_.get(), "g", 1)); }
  void stop() { __atomic_store_n(&page_->asked, SPINNER_STOP, __ATOMIC_RELEASE); }
  [[nodiscard]] pid_t pid() const { return child_->pid(); }

  /// Time during which other tasks had the spinner's CPU so far.
  [[nodiscard]] std::uint64_t away_ns() const { return __atomic_load_n(&page_->away_ns, __ATOMIC_ACQUIRE); }

  /// The spinner's CPU clock now, with the time of the reading.
  std::optional<spinner_page> ask() {
    const std::uint64_t number = page_->asked + 1;
    __atomic_store_n(&page_->asked, number, __ATOMIC_RELEASE);
    const auto answered = [&] { return __atomic_load_n(&page_->answered, __ATOMIC_ACQUIRE) == number; };
    if (!eventually(kHangDeadline, answered, std::chrono::milliseconds{0})) return std::nullopt;
    return *page_;
  }

 private:
  UniqueFd memory_;
  UniqueFd go_;
  spinner_page* page_{};
  std::optional<Child> child_;
};

TEST(Freshness, RunningTaskCountsUpToNow) {
  PROCLEDGER_REQUIRE_BPF();
  if (sysconf(_SC_NPROCESSORS_ONLN) < 2) GTEST_SKIP() << "needs a CPU for the spinner alone";
  if (sanitized()) GTEST_SKIP() << "a scrape takes too long with a sanitizer";
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(0, &here);
  ASSERT_EQ(sched_setaffinity(0, sizeof(here), &here), 0);
  auto daemon = DaemonProcess::start({.cpu = 0});
  ASSERT_TRUE(daemon) << daemon.error().message;

  const UniqueNames names;
  Spinner spinner;
  const auto started = spinner.start(names.link("spinner", "spinner"), 1);
  ASSERT_TRUE(started) << started.error().message;
  // CPU time before its exec was charged to this test's group. The spinner sleeps now, so both values are final.
  const Selector group{.name = kGroupCpu, .labels = {{"group", names.comm("spinner")}}};
  const auto before = daemon->scrape();
  ASSERT_TRUE(before) << before.error().message;
  const double not_ours = seconds(process_cpu_ns(spinner.pid()).value_or(0)) - before->sum(group);
  ASSERT_GE(not_ours, -1e-9);
  spinner.go();

  int within{};
  double last{};
  double worst{};
  double scrape_time{};
  int reads{};
  const auto until = std::chrono::steady_clock::now() + kLongest;
  for (int i = 0; reads < kReads && std::chrono::steady_clock::now() < until; ++i) {
    // Different places within a tick.
    std::this_thread::sleep_for(std::chrono::microseconds{20'000 + 1'370 * (i % 7)});
    const std::uint64_t away = spinner.away_ns();
    const std::uint64_t t0 = monotonic_ns();
    const auto page = daemon->page();
    const std::uint64_t t1 = monotonic_ns();
    const auto own = spinner.ask();
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_TRUE(own) << "the spinner does not answer";
    const auto parsed = Exposition::parse(*page);
    ASSERT_TRUE(parsed) << parsed.error().message;

    const double shown = parsed->sum(group) + not_ours;
    EXPECT_GE(shown, last) << "fell";
    last = shown;
    if (spinner.away_ns() != away) continue;
    ++reads;
    const double lowest = seconds(own->own_ns) - seconds(own->after_ns - t0);
    const double highest = seconds(own->own_ns) - (seconds(own->before_ns) - seconds(t1));
    const double error = shown < lowest ? shown - lowest : shown > highest ? shown - highest : 0;
    if (std::abs(error) > std::abs(worst)) worst = error;
    if (std::abs(error) <= kFreshnessBoundSeconds) ++within;
    scrape_time += seconds(t1 - t0) / kReads;
  }
  if (reads < kReads) GTEST_SKIP() << "this host is too busy to judge: the spinner hardly ever has its CPU for itself";
  std::cout << within << " of " << kReads << " within " << kFreshnessBoundSeconds * 1e6 << " us, worst " << worst * 1e6
            << " us, mean scrape " << scrape_time * 1e6 << " us\n";
  EXPECT_GE(within * 100, kReads * 95);
}

}  // namespace
}  // namespace procledger::test
