// SPDX-License-Identifier: Apache-2.0
// The vocabulary between sources and the ledger: what was seen of a task or a process, in terms that every source shares.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/event/totals.hpp"

namespace procledger::event {

/// What an observation's totals cover: one task, or what a process used beyond all of its tasks that were told. A source that only looks
/// from time to time knows a process's sums, but not which of its dead threads they come from.
enum class Scope : std::uint8_t { kTask, kProcess };

/// One task for its whole life. The handle is opaque and means something to its source only (bpf: task_struct's address, reused within
/// seconds); the birth tells two tasks with one handle apart. A thread that calls exec takes over its leader's birth (fs/exec.c:de_thread).
struct TaskId {
  std::uint64_t handle{};
  std::uint64_t birth_ns{};  ///< CLOCK_BOOTTIME
  auto operator<=>(const TaskId&) const = default;
};

/// One process. The handle is opaque (bpf: signal_struct's address, which outlives every task of the process and is then reused).
struct ProcessId {
  std::uint64_t handle{};
  std::uint32_t tgid{};  ///< initial pid namespace
  auto operator<=>(const ProcessId&) const = default;
};

enum class State : std::uint8_t { kRunning, kSleeping, kDiskSleep, kStopped, kZombie, kIdle, kOther };
inline constexpr std::size_t kStateCount = 7;

/// A task's comm: at most 15 bytes of anything but NUL.
class Comm {
 public:
  Comm() = default;
  explicit Comm(std::string_view text) { text.substr(0, bytes_.size() - 1).copy(bytes_.data(), bytes_.size() - 1); }
  [[nodiscard]] std::string_view view() const { return bytes_.data(); }
  bool operator==(const Comm&) const = default;

 private:
  std::array<char, 16> bytes_{};
};

/// What one look at a task told.
struct Observation {
  Scope scope{Scope::kTask};
  TaskId task;
  ProcessId process;
  std::optional<ProcessId> parent;  ///< whom the kernel will credit at reaping (real_parent); absent when not known
  Totals total;
  std::uint64_t pending_ns{};  ///< run since total.cpu_ns was brought up to date, for a task on a CPU
  std::optional<std::uint64_t> cgroup_id;
  std::uint32_t tid{};
  std::uint32_t uid{};           ///< effective, initial user namespace
  std::uint32_t exit_status{};   ///< as wait(2) gives it; the process's own when `leader` or `group_exit`
  std::uint32_t live_threads{};  ///< threads of the process that have not begun to exit; 0: the process is dead
  State state{State::kOther};
  bool leader{};
  bool kernel_thread{};
  bool group_exit{};
  bool died{};  ///< the totals are final
  Comm comm;
};

}  // namespace procledger::event
