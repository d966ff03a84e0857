// SPDX-License-Identifier: Apache-2.0
// What goes into the slow lane and what comes out.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>

#include "procfs/sockets.hpp"

namespace procledger::slowlane {

/// A group, told apart from others that had the same number before it.
struct GroupRef {
  std::uint32_t id{};
  std::uint32_t generation{};
  auto operator<=>(const GroupRef&) const = default;
};

/// A living process with memory of its own.
struct Target {
  std::uint32_t tgid{};
  std::uint64_t birth_ns{};  ///< CLOCK_BOOTTIME
  GroupRef group;
};

using SocketCounts = std::map<procfs::SocketKind, std::uint64_t>;

struct GroupFigures {
  std::optional<std::uint64_t> pss_bytes;  ///< of the processes that could be read; absent when none could
  SocketCounts sockets;                    ///< one that two processes hold counts in both
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

}  // namespace procledger::slowlane
