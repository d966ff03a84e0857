// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "core/event/observation.hpp"

namespace procledger::event {

/// Bytes of one address space. Resident is anonymous, file and shared memory together, as in /proc/PID/status.
struct Memory {
  std::uint64_t anonymous{};
  std::uint64_t file{};
  std::uint64_t shared{};  ///< tmpfs, System V and shared anonymous mappings
  std::uint64_t swapped{};
  std::uint64_t mapped{};  ///< virtual size
  std::uint64_t peak{};    ///< most that was ever resident
  [[nodiscard]] std::uint64_t resident() const { return anonymous + file + shared; }
};

struct Files {
  std::uint64_t open{};
  std::uint64_t limit{};  ///< soft RLIMIT_NOFILE
};

/// What a living process holds now.
struct Holding {
  ProcessId process;
  std::uint64_t birth_ns{};      ///< its leader's, CLOCK_BOOTTIME
  std::optional<Memory> memory;  ///< absent where another process was told with the same address space (between vfork and exec)
  std::optional<Files> files;
};

}  // namespace procledger::event
