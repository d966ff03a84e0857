// SPDX-License-Identifier: Apache-2.0
// Abilities of this host, and changes of the host that are always reverted.
#pragma once

#include <chrono>
#include <set>
#include <string>

#include "base/result.hpp"
#include "support/child.hpp"

namespace procledger::test {

/// The reason why eBPF tests cannot run here; empty if they can.
[[nodiscard]] std::string why_no_bpf();
/// Whether this test binary, and so the daemon of the same build, has a sanitizer: then memory and time are not meaningful.
[[nodiscard]] bool sanitized();

/// Changes the value of a kernel file (a sysctl). A helper process restores the old value in the destructor, and also if the test is
/// killed.
class KernelSetting {
 public:
  [[nodiscard]] static Result<KernelSetting> set(const std::string& path, const std::string& value);

  KernelSetting(KernelSetting&& other) noexcept = default;
  KernelSetting& operator=(KernelSetting&&) = delete;
  KernelSetting(const KernelSetting&) = delete;
  KernelSetting& operator=(const KernelSetting&) = delete;
  ~KernelSetting();

 private:
  KernelSetting(pid_t guardian, UniqueFd lifeline) : guardian_{guardian}, lifeline_{std::move(lifeline)} {}

  pid_t guardian_{-1};
  UniqueFd lifeline_;  ///< closed by the exit of the test, however it exits
};

/// The ids of BPF programs and maps, and paths of pins under /sys/fs/bpf.
struct BpfObjects {
  std::set<long> programs;
  std::set<long> maps;
  std::set<std::string> pins;

  /// Whether the two sets have a program or a map in common.
  [[nodiscard]] bool has_any_of(const BpfObjects& others) const;
};
[[nodiscard]] Result<BpfObjects> bpf_objects();
/// The programs and maps of the descriptors of a process.
[[nodiscard]] BpfObjects bpf_objects_of(pid_t pid);

/// The run-queue wait of the threads of a process so far. Other load on the machine determines this time.
/// @param pid  a process id, or "self"
[[nodiscard]] std::chrono::nanoseconds run_queue_wait(const std::string& pid);

/// The first line of a test that needs eBPF.
#define PROCLEDGER_REQUIRE_BPF()                                                                   \
  if (const std::string why = ::procledger::test::why_no_bpf(); !why.empty()) GTEST_SKIP() << why; \
  static_assert(true)

}  // namespace procledger::test
