// SPDX-License-Identifier: Apache-2.0
// Waits for children and reads their usage from the kernel.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "base/unique_fd.hpp"
#include "core/event/observation.hpp"

namespace procledger::spawn {

/// Usage of reaped children, with their own child usage (getrusage(2)): CPU time and its ticks, faults, switches, storage in whole blocks
/// of 512 bytes. The kernel does not report the other values.
struct ReapedUsage {
  event::TaskCounters total;
  std::uint64_t largest_bytes{};  ///< largest resident size of one process

  ReapedUsage& operator+=(const ReapedUsage& more);
};

/// A descriptor that becomes readable when the process has exited.
[[nodiscard]] UniqueFd open_process(pid_t pid);

/// Checks whether a child has exited, without reaping it.
/// @return  the wait status once the child has exited
[[nodiscard]] std::optional<std::uint32_t> ended(pid_t pid);

/// Reaps a child and adds its usage to `sum`. Blocks until the child has exited.
void reap(pid_t pid, ReapedUsage& sum);

/// The children of this process, exited or not. The kernel does not reuse their PIDs before they are reaped.
[[nodiscard]] std::set<pid_t> children();

/// Children that existed before the command and do not count, and their descendants. A descendant is a process in a session that one of
/// these children was in or has begun since, and this process is not in, like the children of a daemon. The `run` command owns one.
class Strangers {
 public:
  /// No children.
  Strangers() = default;
  /// All present children.
  [[nodiscard]] static Strangers present();

  [[nodiscard]] bool contains(pid_t child) const;
  /// Removes an exited child, before it is reaped: afterwards the kernel may reuse its PID. The session that it began remains.
  void note_end(pid_t child);

 private:
  std::set<pid_t> children_;
  std::set<pid_t> sessions_;
};

/// Reaps every exited child except `but` and `nor`.
/// @param strangers  the usage of these children is not added; a reaped child is removed
void reap_others(pid_t but, pid_t nor, Strangers& strangers, ReapedUsage& sum);

/// Sends a signal to the process with this PID and start time (CLOCK_BOOTTIME, in ticks). If that process is gone, no process gets the
/// signal, even if another process has the PID by now.
/// @return  whether the signal was sent
bool send_signal(const std::string& procfs, std::uint32_t tgid, std::uint64_t start_boottime_ns, int signal);

}  // namespace procledger::spawn
