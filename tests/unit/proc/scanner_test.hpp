// SPDX-License-Identifier: Apache-2.0
// A scanner over test processes, and its reports.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "fake_processes.hpp"
#include "sources/proc/proc_scanner.hpp"

namespace procledger::proc {

inline constexpr std::uint64_t kAttachedTicks = 1000;
inline constexpr std::uint64_t kOld = 500;     ///< ticks: before the start of the source
inline constexpr std::uint64_t kYoung = 2000;  ///< ticks: after the start

class ProcScannerTest : public testing::Test {
 protected:
  void SetUp() override {
    processes_.put(FakeProcesses::single(1, 1, 1000, 0));
    open({.schedstat = true, .io = true, .fd_sizes = false});
  }
  void open(Readable readable) {
    scanner_ =
        std::make_unique<ProcScanner>(ProcScanner::Options{.procfs = processes_.tree.root(), .attached_ns = kAttachedTicks * kTickNs},
                                      ProcessFiles{processes_.tree.root(), readable, CgroupIds{"", ""}}, processes_.clock);
  }
  ScanEvents scan() {
    ScanEvents events;
    now_ns_ += 30'000 * kMs;
    const auto scanned = scanner_->scan(now_ns_);
    EXPECT_TRUE(scanned) << scanned.error().message;
    scanner_->emit(events);
    return events;
  }
  /// Sets the total child usage of init, in user mode.
  void init_has_reaped(std::uint64_t ticks) {
    FakeProcess init = FakeProcesses::single(1, 1, 1001, 0);
    init.children_ticks = ticks;
    processes_.put(init);
  }
  /// The reported time of a process over all scans: the maximum of each task.
  std::uint64_t cpu_ms_of(std::uint32_t tgid, const ScanEvents& events) {
    for (const auto& seen : events.samples) note(tgid, seen);
    for (const auto& final : events.exits) note(tgid, final.task);
    std::uint64_t sum = 0;
    for (const auto& [task, ns] : reported_) sum += task.first == tgid ? ns : 0;
    return sum / kMs;
  }

  FakeProcesses processes_;
  std::unique_ptr<ProcScanner> scanner_;
  std::uint64_t now_ns_{100'000 * kMs};

 private:
  void note(std::uint32_t tgid, const event::Observation& seen) {
    if (seen.process.tgid != tgid) return;
    std::uint64_t& ns = reported_[{tgid, seen.task}];
    EXPECT_GE(seen.total.cpu_ns, ns) << "fell";
    ns = std::max(ns, seen.total.cpu_ns);
  }
  std::map<std::pair<std::uint32_t, event::TaskId>, std::uint64_t> reported_;
};

}  // namespace procledger::proc
