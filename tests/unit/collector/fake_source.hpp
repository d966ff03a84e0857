// SPDX-License-Identifier: Apache-2.0
// A source whose behaviour the test sets. Its switches may be used from any thread.
#pragma once

#include <sys/eventfd.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/unique_fd.hpp"
#include "core/event/source.hpp"

namespace procledger::collector {

class FakeSource final : public event::Source {
 public:
  explicit FakeSource(std::string name = "bpf") : name_{std::move(name)} {}

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] std::uint64_t attached_ns() const override { return 1; }
  [[nodiscard]] int wakeup_fd() const override { return has_wakeup ? records_.get() : -1; }
  [[nodiscard]] std::uint64_t heartbeat() override { return beating ? ++beats_ : beats_.load(); }
  [[nodiscard]] const event::KernelFacts& kernel() const override { return kernel_; }

  Result<void> drain(event::Sink& /*sink*/) override {
    ++drains;
    drains.notify_all();
    if (drain_fails) return fail(ErrorKind::kIo, "no records today");
    std::uint64_t count = 0;
    std::ignore = ::read(records_.get(), &count, sizeof(count));
    return {};
  }

  Result<void> collect(event::Sink& sink) override {
    {
      std::unique_lock lock{mutex_};
      ++begun_;
      changed_.notify_all();
      changed_.wait(lock, [this] { return !held_; });
    }
    if (throws) throw std::runtime_error{"a defect"};
    if (fails) return fail(ErrorKind::kIo, "the kernel said no");
    const std::uint64_t now = 1'000'000'000ULL * ++walks_;
    sink.begin_scan(now, event::Zombies::kListed);
    for (const auto& task : tasks) sink.on_sample(task);
    sink.end_scan(now + 1);
    return {};
  }

  Result<event::SourceReport> report() override {
    if (report_fails) return fail(ErrorKind::kIo, "no report");
    event::SourceReport report;
    report.host.monotonic_ns = 1'000'000'000ULL * walks_;
    report.host.cpus = 2;
    return report;
  }

  /// Makes wakeup_fd readable.
  void announce_records() const {
    const std::uint64_t one = 1;
    std::ignore = ::write(records_.get(), &one, sizeof(one));
  }

  /// Collections wait at their start until release.
  void hold() {
    const std::lock_guard lock{mutex_};
    held_ = true;
  }
  void release() {
    const std::lock_guard lock{mutex_};
    held_ = false;
    changed_.notify_all();
  }
  /// Returns when `count` collections have started.
  void wait_for_begun(int count) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return begun_ >= count; });
  }
  [[nodiscard]] int begun() {
    const std::lock_guard lock{mutex_};
    return begun_;
  }

  std::vector<event::Observation> tasks;  ///< set before the collector starts
  std::atomic<bool> has_wakeup{true};
  std::atomic<bool> beating{true};
  std::atomic<bool> drain_fails{false};
  std::atomic<bool> fails{false};
  std::atomic<bool> report_fails{false};
  std::atomic<bool> throws{false};
  std::atomic<int> drains{0};

 private:
  std::string name_;
  UniqueFd records_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  event::KernelFacts kernel_;
  std::atomic<std::uint64_t> beats_{1};
  std::atomic<std::uint64_t> walks_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_{};
  int begun_{};
};

/// A sample of a single-threaded process.
inline event::Observation living(std::uint32_t tgid, std::string_view comm, std::uint64_t start_boottime_ns, std::uint64_t cpu_ns) {
  event::Observation seen;
  seen.task = {tgid, start_boottime_ns};
  seen.process = {tgid, tgid};
  seen.total.cpu_ns = cpu_ns;
  seen.tid = tgid;
  seen.live_threads = 1;
  seen.state = event::State::kSleeping;
  seen.leader = true;
  seen.comm = event::Comm{comm};
  return seen;
}

}  // namespace procledger::collector
