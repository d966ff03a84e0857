// SPDX-License-Identifier: Apache-2.0
// What this host lets a test do, and changes to the host that are taken back whatever happens.
#pragma once

#include <chrono>
#include <set>
#include <string>

#include "base/result.hpp"
#include "support/child.hpp"

namespace procledger::test {

/// Why the eBPF tests cannot run here; empty when they can.
[[nodiscard]] std::string why_no_bpf();
/// True when this test binary, and so the daemon beside it, is built with a sanitizer: figures of memory and time mean little.
[[nodiscard]] bool sanitized();

/// Holds a file of the kernel (a sysctl) at another value. A helper process puts the old value back when this object goes, and also
/// when the test is killed.
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
  UniqueFd lifeline_;  ///< closed by our end, whatever it is
};

/// The ids of all BPF programs and maps that the kernel holds, and what is pinned under /sys/fs/bpf.
struct BpfObjects {
  std::set<long> programs;
  std::set<long> maps;
  std::set<std::string> pins;

  /// Whether one of these programs or maps is among them.
  [[nodiscard]] bool has_any_of(const BpfObjects& others) const;
};
[[nodiscard]] Result<BpfObjects> bpf_objects();
/// The programs and maps that a process holds by its descriptors.
[[nodiscard]] BpfObjects bpf_objects_of(pid_t pid);

/// How long the threads of a process were ready to run and did not, so far. Others on the machine decide that.
/// @param pid  or "self"
[[nodiscard]] std::chrono::nanoseconds run_queue_wait(const std::string& pid);

/// A test that needs eBPF says so first.
#define PROCLEDGER_REQUIRE_BPF()                                                                   \
  if (const std::string why = ::procledger::test::why_no_bpf(); !why.empty()) GTEST_SKIP() << why; \
  static_assert(true)

}  // namespace procledger::test
