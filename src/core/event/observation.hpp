// SPDX-License-Identifier: Apache-2.0
// The vocabulary between sources and the ledger: what was seen of a task or a process, in terms that every source shares.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace procledger::event {

/// Consumption since birth, never a difference. Of one task: neither its children's nor, where it is a leader, other threads'. A figure
/// that the kernel does not keep is 0 here and said to be absent in KernelFacts.
struct Totals {
  std::uint64_t cpu_ns{};           ///< what the scheduler charged: exact
  std::uint64_t user_ticks_ns{};    ///< tick samples, only good as a ratio over many tasks
  std::uint64_t system_ticks_ns{};  ///< likewise
  std::uint64_t wait_ns{};          ///< runnable but not running
  std::uint64_t voluntary_switches{};
  std::uint64_t involuntary_switches{};
  std::uint64_t minor_faults{};
  std::uint64_t major_faults{};
  std::uint64_t storage_read_bytes{};
  std::uint64_t storage_written_bytes{};
  std::uint64_t storage_cancelled_bytes{};  ///< dirty pages dropped before they were written out, by the task that dropped them
  std::uint64_t call_read_bytes{};          ///< by read(2) and its like: from a cache, a pipe or a socket, too
  std::uint64_t call_written_bytes{};
  std::uint64_t call_reads{};
  std::uint64_t call_writes{};

  bool operator==(const Totals&) const = default;
};

/// Every figure, for what is done to all alike.
inline constexpr std::array kTotals{&Totals::cpu_ns,
                                    &Totals::user_ticks_ns,
                                    &Totals::system_ticks_ns,
                                    &Totals::wait_ns,
                                    &Totals::voluntary_switches,
                                    &Totals::involuntary_switches,
                                    &Totals::minor_faults,
                                    &Totals::major_faults,
                                    &Totals::storage_read_bytes,
                                    &Totals::storage_written_bytes,
                                    &Totals::storage_cancelled_bytes,
                                    &Totals::call_read_bytes,
                                    &Totals::call_written_bytes,
                                    &Totals::call_reads,
                                    &Totals::call_writes};
static_assert(sizeof(Totals) == kTotals.size() * sizeof(std::uint64_t));

constexpr Totals& operator+=(Totals& sum, const Totals& more) {
  for (const auto figure : kTotals) sum.*figure += more.*figure;
  return sum;
}

/// Figure by figure, 0 where `less` is larger.
[[nodiscard]] constexpr Totals beyond(const Totals& total, const Totals& less) {
  Totals rest;
  for (const auto figure : kTotals) rest.*figure = total.*figure > less.*figure ? total.*figure - less.*figure : 0;
  return rest;
}

[[nodiscard]] constexpr Totals larger(const Totals& a, const Totals& b) {
  Totals result;
  for (const auto figure : kTotals) result.*figure = std::max(a.*figure, b.*figure);
  return result;
}

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
