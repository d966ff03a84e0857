// SPDX-License-Identifier: Apache-2.0
// What goes into the slow lane and what comes out.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>

#include "host/procfs/sockets.hpp"
#include "host/procfs/wait_channels.hpp"

namespace procledger::sampler {

/// A group, told apart from others that had the same number before it.
struct GroupRef {
  std::uint32_t id{};
  std::uint32_t generation{};
  auto operator<=>(const GroupRef&) const = default;
};

/// What is read of a process.
struct What {
  bool pss{};  ///< proportional memory, also what is swapped out
  bool sockets{};
  bool wait_channels{};
  bool operator==(const What&) const = default;

  [[nodiscard]] bool nothing() const { return *this == What{}; }
};

/// A living process of which something is wanted.
struct Target {
  std::uint32_t tgid{};
  std::uint64_t birth_ns{};  ///< CLOCK_BOOTTIME
  GroupRef group;
  What want;
};

using SocketCounts = std::map<procfs::SocketKind, std::uint64_t>;

/// Of those processes of a group of which that figure is wanted, and could be read. What is wanted of none of them is absent or empty.
struct GroupFigures {
  std::optional<std::uint64_t> pss_bytes;       ///< absent when none could be read
  std::optional<std::uint64_t> swap_pss_bytes;  ///< as that, and where the kernel does not tell
  SocketCounts sockets;                         ///< one that two processes hold counts in both
  procfs::WaitChannels wait_channels;           ///< threads that sleep, by where; those that run are nowhere
};

/// One complete way through all processes.
struct Pass {
  std::map<GroupRef, GroupFigures> groups;
  std::chrono::system_clock::time_point began;  ///< no figure is older
  std::chrono::nanoseconds took{};
  std::uint64_t processes{};  ///< that were on the list
  std::uint64_t skipped{};    ///< of them, those of which something could not be read: gone, or no right

  [[nodiscard]] const GroupFigures* find(GroupRef group) const {
    const auto at = groups.find(group);
    return at == groups.end() ? nullptr : &at->second;
  }
};

}  // namespace procledger::sampler
