// SPDX-License-Identifier: Apache-2.0
// The end of children, and what the kernel says they used.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "base/unique_fd.hpp"
#include "core/event/observation.hpp"

namespace procledger::spawn {

/// What reaped children used, with all whom they had reaped (getrusage(2)): CPU time and its ticks, faults, switches, storage in whole
/// blocks of 512 bytes; the rest is not told.
struct ReapedUsage {
  event::Totals total;
  std::uint64_t largest_bytes{};  ///< of one process

  ReapedUsage& operator+=(const ReapedUsage& more);
};

/// Readable when the process has ended.
[[nodiscard]] UniqueFd open_process(pid_t pid);

/// Leaves it to be reaped, and to be looked at.
/// @return  its wait status once it has ended
[[nodiscard]] std::optional<std::uint32_t> ended(pid_t pid);

/// Adds what a child used that has ended. Blocks otherwise.
void reap(pid_t pid, ReapedUsage& sum);

/// Those of this process, ended or not. Nobody else gets their numbers before they are reaped.
[[nodiscard]] std::set<pid_t> children();

/// Children from before, whose use is nobody's business here, and who comes from them: whatever is in a session that one of them was in
/// and this process is not, as a daemon's children are.
class Strangers {
 public:
  /// Nobody.
  Strangers() = default;
  /// All children that there are now.
  [[nodiscard]] static Strangers present();

  [[nodiscard]] bool contains(pid_t child) const;
  /// Its number may be somebody else's from now on.
  void forget(pid_t child) { children_.erase(child); }

 private:
  std::set<pid_t> children_;
  std::set<pid_t> sessions_;
};

/// Reaps every child that has ended but these two.
/// @param strangers  what they used is not added, and they are forgotten once they are reaped
void reap_others(pid_t but, pid_t nor, Strangers& strangers, ReapedUsage& sum);

// Signals to processes that are nobody's children here, and to nobody else.

/// Sends a signal to the process that has this number and was born at that time (CLOCK_BOOTTIME, in ticks); to nobody when it is gone,
/// even if another process has its number by now.
/// @return  whether it was sent
bool send_signal(const std::string& procfs, std::uint32_t tgid, std::uint64_t birth_ns, int signal);

}  // namespace procledger::spawn
