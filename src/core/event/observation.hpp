// SPDX-License-Identifier: Apache-2.0
// The types in which every source describes tasks and processes to the ledger.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace procledger::event {

/// Consumption of one task since its start, never a difference. Excludes its children and, for a leader, the other threads. A value that
/// the kernel does not keep is 0 here, and KernelFacts marks it as absent.
struct TaskCounters {
  std::uint64_t cpu_ns{};           ///< CPU time that the scheduler charged: exact
  std::uint64_t user_ticks_ns{};    ///< tick samples, useful only as a ratio over many tasks
  std::uint64_t system_ticks_ns{};  ///< likewise
  std::uint64_t wait_ns{};          ///< runnable but not running
  std::uint64_t voluntary_switches{};
  std::uint64_t involuntary_switches{};
  std::uint64_t minor_faults{};
  std::uint64_t major_faults{};
  std::uint64_t storage_read_bytes{};
  std::uint64_t storage_written_bytes{};
  std::uint64_t storage_cancelled_bytes{};  ///< dirty pages dropped before they were written out, charged to the task that dropped them
  std::uint64_t call_read_bytes{};          ///< by read(2) and similar calls, also from a cache, a pipe or a socket
  std::uint64_t call_written_bytes{};
  std::uint64_t call_reads{};
  std::uint64_t call_writes{};

  bool operator==(const TaskCounters&) const = default;
};

/// All fields, for operations on each field.
inline constexpr std::array kTaskCounters{&TaskCounters::cpu_ns,
                                          &TaskCounters::user_ticks_ns,
                                          &TaskCounters::system_ticks_ns,
                                          &TaskCounters::wait_ns,
                                          &TaskCounters::voluntary_switches,
                                          &TaskCounters::involuntary_switches,
                                          &TaskCounters::minor_faults,
                                          &TaskCounters::major_faults,
                                          &TaskCounters::storage_read_bytes,
                                          &TaskCounters::storage_written_bytes,
                                          &TaskCounters::storage_cancelled_bytes,
                                          &TaskCounters::call_read_bytes,
                                          &TaskCounters::call_written_bytes,
                                          &TaskCounters::call_reads,
                                          &TaskCounters::call_writes};
static_assert(sizeof(TaskCounters) == kTaskCounters.size() * sizeof(std::uint64_t));

constexpr TaskCounters& operator+=(TaskCounters& sum, const TaskCounters& more) {
  for (const auto field : kTaskCounters) sum.*field += more.*field;
  return sum;
}

/// The difference of each field; 0 where `less` is larger.
[[nodiscard]] constexpr TaskCounters beyond(const TaskCounters& total, const TaskCounters& less) {
  TaskCounters rest;
  for (const auto field : kTaskCounters) rest.*field = total.*field > less.*field ? total.*field - less.*field : 0;
  return rest;
}

[[nodiscard]] constexpr TaskCounters larger(const TaskCounters& a, const TaskCounters& b) {
  TaskCounters result;
  for (const auto field : kTaskCounters) result.*field = std::max(a.*field, b.*field);
  return result;
}

/// What the totals of an observation cover. kTask: one task. kProcess: the usage of a process beyond all of its reported tasks. A source
/// that polls knows the sums of a process, but not which of its exited threads they come from.
enum class Scope : std::uint8_t { kTask, kProcess };

/// Identifies one task for its whole life. The handle is opaque (bpf: address of the task_struct, reused within seconds). The start time
/// distinguishes two tasks with one handle. A thread that calls exec takes over its leader's start time (fs/exec.c:de_thread).
struct TaskId {
  std::uint64_t handle{};
  std::uint64_t start_boottime_ns{};  ///< CLOCK_BOOTTIME
  auto operator<=>(const TaskId&) const = default;
};

/// Identifies one process. The handle is opaque (bpf: address of the signal_struct, which outlives every task of the process and is then
/// reused).
struct ProcessId {
  std::uint64_t handle{};
  std::uint32_t tgid{};  ///< initial pid namespace
  auto operator<=>(const ProcessId&) const = default;
};

enum class State : std::uint8_t { kRunning, kSleeping, kDiskSleep, kStopped, kZombie, kIdle, kOther };
inline constexpr std::size_t kStateCount = 7;

/// The comm of a task: at most 15 bytes, any value except NUL.
class Comm {
 public:
  Comm() = default;
  explicit Comm(std::string_view text) { text.substr(0, bytes_.size() - 1).copy(bytes_.data(), bytes_.size() - 1); }
  [[nodiscard]] std::string_view view() const { return bytes_.data(); }
  bool operator==(const Comm&) const = default;

 private:
  std::array<char, 16> bytes_{};
};

/// One task as a source saw it at one moment.
struct Observation {
  Scope scope{Scope::kTask};
  TaskId task;
  ProcessId process;
  std::optional<ProcessId> parent;  ///< process that the kernel credits at reaping (real_parent); absent when unknown
  TaskCounters total;
  std::uint64_t pending_ns{};  ///< for a task on a CPU: CPU time since the kernel last updated total.cpu_ns
  std::optional<std::uint64_t> cgroup_id;
  std::uint32_t tid{};
  std::uint32_t uid{};           ///< effective, initial user namespace
  std::uint32_t exit_status{};   ///< as from wait(2); of the process when `leader` or `group_exit`
  std::uint32_t live_threads{};  ///< threads of the process that have not begun to exit; 0: the process has exited
  State state{State::kOther};
  bool leader{};
  bool kernel_thread{};
  bool group_exit{};
  bool exited{};  ///< the totals are final
  Comm comm;
};

}  // namespace procledger::event
