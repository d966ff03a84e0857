// SPDX-License-Identifier: Apache-2.0
// One process, looked at once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "host/procfs/task_status.hpp"
#include "host/sampler/samples.hpp"

namespace procledger::stats {

/// Calls of read(2), write(2) and their like, and bytes to and from storage.
struct Io {
  std::uint64_t read_calls{};
  std::uint64_t write_calls{};
  std::uint64_t read_bytes{};
  std::uint64_t written_bytes{};
  bool operator==(const Io&) const = default;
  Io& operator+=(const Io& more) {
    read_calls += more.read_calls;
    write_calls += more.write_calls;
    read_bytes += more.read_bytes;
    written_bytes += more.written_bytes;
    return *this;
  }
};

struct Switches {
  std::uint64_t voluntary{};
  std::uint64_t involuntary{};
  bool operator==(const Switches&) const = default;
  Switches& operator+=(const Switches& more) {
    voluntary += more.voluntary;
    involuntary += more.involuntary;
    return *this;
  }
};

/// Figure by figure, 0 where `less` is larger.
[[nodiscard]] constexpr std::uint64_t beyond(std::uint64_t now, std::uint64_t less) { return now > less ? now - less : 0; }
[[nodiscard]] constexpr Io beyond(const Io& now, const Io& less) {
  return {.read_calls = beyond(now.read_calls, less.read_calls),
          .write_calls = beyond(now.write_calls, less.write_calls),
          .read_bytes = beyond(now.read_bytes, less.read_bytes),
          .written_bytes = beyond(now.written_bytes, less.written_bytes)};
}
[[nodiscard]] constexpr Switches beyond(const Switches& now, const Switches& less) {
  return {.voluntary = beyond(now.voluntary, less.voluntary), .involuntary = beyond(now.involuntary, less.involuntary)};
}

struct Cpu {
  std::uint64_t user_ns{};
  std::uint64_t system_ns{};
  [[nodiscard]] std::uint64_t total_ns() const { return user_ns + system_ns; }
  bool operator==(const Cpu&) const = default;
};

/// A process, told apart from others that had its number before.
struct ProcessKey {
  std::uint32_t pid{};
  std::uint64_t birth_ns{};  ///< CLOCK_BOOTTIME, whole ticks
  auto operator<=>(const ProcessKey&) const = default;
};

struct ThreadReading {
  std::uint64_t birth_ns{};
  std::optional<Io> io;
  Switches switches;
};

/// When a look met what; CLOCK_BOOTTIME. It takes longer the more there is to see, and the longer others have the CPU meanwhile.
struct Times {
  std::uint64_t state_ns{};    ///< memory, descriptors, threads
  std::uint64_t usage_ns{};    ///< CPU time, I/O, switches
  std::uint64_t sockets_ns{};  ///< sockets
};

/// Absent: could not be read, mostly for want of rights.
struct Reading {
  ProcessKey key;
  Times taken;
  Cpu cpu;  ///< of all threads, the dead among them; never of children
  procfs::MemoryParts memory;
  std::uint32_t threads{};  ///< as many as there are
  std::optional<std::uint64_t> fds;
  std::optional<sampler::SocketCounts> sockets;
  std::map<std::uint32_t, ThreadReading> by_thread;  ///< by number; those that live
  std::optional<Io> with_children;  ///< as the kernel shows it for the process: with its dead threads, and with all that it has reaped
  bool reaped_children{};           ///< so that `with_children` is not its own alone
};

}  // namespace procledger::stats
