// SPDX-License-Identifier: Apache-2.0
// Time in tests: nanoseconds of CLOCK_MONOTONIC, CPU clocks, and waits for a condition.
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

/// Every exit is reported within this time, even if no release record comes because the kernel freed the task on the CPU of a task that is
/// hidden from tracing. A list of the zombies every 30 s shows that the task is gone, and a record has 15 s more to arrive. An orphan that
/// init reaps just after a list takes 75 s. The rest is for a slow machine.
inline constexpr std::chrono::seconds kExitsAreReported{120};

/// A deadline that only ends a hang. A test without a defect does not reach it on any machine.
inline constexpr std::chrono::seconds kHangDeadline{120};

/// The records of a source agree with the kernel within this time. Agreement takes milliseconds; the kernel may free an exited task 10 s
/// late (RCU callbacks of an idle CPU), and a slow machine needs a second for a page.
inline constexpr std::chrono::seconds kAgreementDeadline{30};

/// CPU time of another process, including exited threads. Up to a tick behind while the process runs, exact while it sleeps.
[[nodiscard]] std::optional<std::uint64_t> process_cpu_ns(pid_t pid);

/// Evaluates the condition until it is true or the deadline passes; returns the last result.
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

/// Reads values until they agree, and then once more. A value that is counted twice is correct at first: the second count comes later, with
/// the release record of the task or with the next scan. So a test checks the values of the last reading.
/// @param read  reads and keeps the values, and returns whether they agree
/// @return whether the values agreed, and agree in the last reading
template <std::predicate Read>
[[nodiscard]] bool agree_twice(const Read& read, std::chrono::milliseconds deadline = kAgreementDeadline) {
  constexpr std::chrono::milliseconds kLateRecords{100};
  if (!eventually(deadline, read)) return false;
  std::this_thread::sleep_for(kLateRecords);
  return read();
}

}  // namespace procledger::test
