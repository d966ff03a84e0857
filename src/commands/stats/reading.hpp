// SPDX-License-Identifier: Apache-2.0
// One reading of one process.
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

/// The difference, value by value; 0 where `less` is larger.
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

/// The identity of a process: a PID alone may be reused.
struct ProcessKey {
  std::uint32_t pid{};
  std::uint64_t start_boottime_ns{};  ///< CLOCK_BOOTTIME, whole ticks
  auto operator<=>(const ProcessKey&) const = default;
};

struct ThreadReading {
  std::uint64_t start_boottime_ns{};
  std::optional<Io> io;
  Switches switches;
};

/// The times at which parts of a reading were taken, CLOCK_BOOTTIME. A reading takes longer with more processes and on a busy CPU, so each
/// rate uses the time of its own part.
struct Times {
  std::uint64_t state_ns{};    ///< memory, descriptors, threads
  std::uint64_t usage_ns{};    ///< CPU time, I/O, switches
  std::uint64_t sockets_ns{};  ///< sockets
};

/// The values of one process. Absent values cannot be read, mostly because rights are missing.
struct Reading {
  ProcessKey key;
  Times taken;
  Cpu cpu;  ///< of all threads, exited ones included; without children
  procfs::MemoryParts memory;
  std::uint32_t threads{};  ///< the number of threads
  std::optional<std::uint64_t> fds;
  std::optional<sampler::SocketCounts> sockets;
  std::map<std::uint32_t, ThreadReading> by_thread;  ///< the living threads, by TID
  std::optional<Io> with_children;                   ///< /proc/PID/io: with exited threads, and with all reaped children
  bool reaped_children{};                            ///< `with_children` is more than the own I/O
};

}  // namespace procledger::stats
