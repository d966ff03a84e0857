// SPDX-License-Identifier: Apache-2.0
// Decodes the kernel's netlink messages. Pure: no socket, no file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "core/event/observation.hpp"

namespace procledger::taskstats {

/// One event of the proc connector. Events of other kinds are kept as kOther, because they have sequence numbers like the rest.
struct LifeEvent {
  enum class Kind : std::uint8_t { kOther, kFork, kExec, kUser, kName, kExit };
  Kind kind{Kind::kOther};
  std::uint32_t cpu{};
  std::uint32_t sequence{};      ///< one more than that of the previous event of this CPU
  std::uint64_t monotonic_ns{};  ///< CLOCK_MONOTONIC
  std::uint32_t tid{};           ///< kFork: the child
  std::uint32_t tgid{};
  std::uint32_t parent_tgid{};  ///< kFork, kExit: the real parent; 0: unknown, since the parent has reaped the task already
  std::uint32_t uid{};          ///< kUser: effective uid
  std::uint32_t exit_status{};  ///< kExit: status of the task, as from wait(2)
  event::Comm comm{};           ///< kName
};

/// Exit record of a task. The kernel writes it before the task frees its memory, and its CPU time is as of the last tick or wakeup: values
/// of a short-lived task may be 0.
/// @source kernel/taskstats.c:taskstats_exit
struct ExitRecord {
  std::uint16_t version{};
  std::uint32_t tid{};
  std::optional<std::uint32_t> tgid{};  ///< since version 12 (5.19)
  std::optional<bool> ends_process{};   ///< the task is the last of its process; absent: the kernel does not say
  std::uint32_t parent_tgid{};          ///< 0: unknown
  std::uint32_t uid{};                  ///< real uid
  std::uint32_t exit_status{};          ///< set for leaders
  std::uint64_t elapsed_ns{};           ///< since the task's start; resolution 1 us
  std::uint64_t peak_bytes{};           ///< 0: the task had no address space
  event::TaskCounters total{};
  event::Comm comm{};
};

/// Appends the events in one datagram of the connector. @error kMalformed: a message is too short; events before it were appended.
[[nodiscard]] Result<void> decode_life_events(std::span<const std::byte> datagram, std::vector<LifeEvent>& events);

/// The kernel's answer to the request with `ack` == `asked`, as an errno value; absent: the datagram holds no such answer.
[[nodiscard]] std::optional<int> decode_connector_answer(std::span<const std::byte> datagram, std::uint32_t asked);

/// Appends the exit records in one datagram of the family taskstats, whose message type is `family`. Skips attributes and messages of other
/// kinds. @error kMalformed: a message or record is too short or has an unknown version; all others were appended.
[[nodiscard]] Result<void> decode_exit_records(std::span<const std::byte> datagram, std::uint16_t family, std::vector<ExitRecord>& records);

}  // namespace procledger::taskstats
