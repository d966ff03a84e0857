// SPDX-License-Identifier: Apache-2.0
// Input and output of the background sampler.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>

#include "host/procfs/sockets.hpp"
#include "host/procfs/wait_channels.hpp"

namespace procledger::sampler {

/// A group. The generation distinguishes it from earlier groups with the same id.
struct GroupRef {
  std::uint32_t id{};
  std::uint32_t generation{};
  auto operator<=>(const GroupRef&) const = default;
};

/// The values to sample of a process.
struct What {
  bool pss{};  ///< proportional memory, also the swapped-out part
  bool sockets{};
  bool wait_channels{};
  bool operator==(const What&) const = default;

  [[nodiscard]] bool nothing() const { return *this == What{}; }
};

/// A live process to sample.
struct Target {
  std::uint32_t tgid{};
  std::uint64_t start_boottime_ns{};  ///< CLOCK_BOOTTIME
  GroupRef group;
  What want;
};

using SocketCounts = std::map<procfs::SocketKind, std::uint64_t>;

/// Sums over the processes of a group whose value is wanted and could be read. A value that is wanted of no process is absent or empty.
struct GroupSamples {
  std::optional<std::uint64_t> pss_bytes;       ///< absent if no process could be read
  std::optional<std::uint64_t> swap_pss_bytes;  ///< likewise, and absent if the kernel does not report it
  SocketCounts sockets;                         ///< a socket of two processes counts twice
  procfs::WaitChannels wait_channels;           ///< sleeping threads by kernel function; running threads are not included
};

/// One complete pass over all processes of the list.
struct Pass {
  std::map<GroupRef, GroupSamples> groups;
  std::chrono::system_clock::time_point began;  ///< all values are from this time or later
  std::chrono::nanoseconds took{};
  std::uint64_t processes{};  ///< processes on the list
  std::uint64_t skipped{};    ///< processes with an unreadable value: gone, or no right

  [[nodiscard]] const GroupSamples* find(GroupRef group) const {
    const auto at = groups.find(group);
    return at == groups.end() ? nullptr : &at->second;
  }
};

}  // namespace procledger::sampler
