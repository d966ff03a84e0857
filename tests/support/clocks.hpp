// SPDX-License-Identifier: Apache-2.0
// Time in tests: nanoseconds of CLOCK_MONOTONIC, CPU clocks, and waiting for a condition.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <thread>

namespace procledger::test {

/// CLOCK_MONOTONIC, as the workload programs read it.
[[nodiscard]] std::uint64_t monotonic_ns();

/// Every end is reported by then, also one whose free record does not come because the kernel freed the task on top of a task that is
/// hidden from tracing. A list of the zombies every 30 s shows that it is gone, and its record has 15 s more to come. An orphan that init
/// reaps just after a list takes 75 s. The rest is for a slow machine.
inline constexpr std::chrono::seconds kEndsAreTold{120};

/// A deadline that only ends a hang. No machine is so slow that a test without a defect reaches it.
inline constexpr std::chrono::seconds kHangDeadline{120};

/// By then what a source has recorded agrees with the kernel. Agreement takes milliseconds; the kernel may free a dead task 10 s late (RCU
/// callbacks of an idle CPU), and a slow machine needs a second for a page.
inline constexpr std::chrono::seconds kAgreementDeadline{30};

/// CPU time of another process, dead threads included. Up to a tick behind while it runs, exact while it sleeps.
[[nodiscard]] std::optional<std::uint64_t> process_cpu_ns(pid_t pid);

/// Asks again and again until the answer is yes or the time is over; says the last answer.
template <std::predicate Condition>
[[nodiscard]] bool eventually(std::chrono::milliseconds deadline, const Condition& condition,
                              std::chrono::milliseconds pause = std::chrono::milliseconds{20}) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return condition();
    std::this_thread::sleep_for(pause);
  }
  return true;
}

/// Looks until the values agree, and then once more. A value that is counted twice is right at first: the second count comes later, with
/// the record that frees the task or with the next scan. So a test judges what the last look has left.
/// @param look  collects, keeps what a test judges, and says whether the values agree
/// @return whether they agreed, and still do
template <std::predicate Look>
[[nodiscard]] bool agree_twice(const Look& look, std::chrono::milliseconds deadline = kAgreementDeadline) {
  constexpr std::chrono::milliseconds kLateRecords{100};
  if (!eventually(deadline, look)) return false;
  std::this_thread::sleep_for(kLateRecords);
  return look();
}

}  // namespace procledger::test
