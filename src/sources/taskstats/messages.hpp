// SPDX-License-Identifier: Apache-2.0
// Bytes of the kernel's netlink messages into structures. Pure: no socket, no file.
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

/// What the proc connector told. Events of other kinds are kept as kOther, because they are numbered with the rest.
struct LifeEvent {
  enum class Kind : std::uint8_t { kOther, kFork, kExec, kUser, kName, kExit };
  Kind kind{Kind::kOther};
  std::uint32_t cpu{};
  std::uint32_t sequence{};      ///< one more than that of the event before it on this CPU
  std::uint64_t monotonic_ns{};  ///< CLOCK_MONOTONIC
  std::uint32_t tid{};           ///< of a fork: the child's
  std::uint32_t tgid{};
  std::uint32_t parent_tgid{};  ///< kFork, kExit: of the real parent; 0: not known, it has reaped already
  std::uint32_t uid{};          ///< kUser: the effective one
  std::uint32_t exit_status{};  ///< kExit: the task's own, as wait(2) gives it
  event::Comm comm{};           ///< kName
};

/// The last word of a task, from kernel/taskstats.c:taskstats_exit. It is written before the task gives its memory back, and its CPU time
/// is as of its last tick or wakeup; so the figures of a short life may be 0.
struct ExitRecord {
  std::uint16_t version{};
  std::uint32_t tid{};
  std::optional<std::uint32_t> tgid{};  ///< since version 12 (5.19)
  std::optional<bool> ends_process{};   ///< it is the last task of its process; absent: a leader's of a kernel that does not say
  std::uint32_t parent_tgid{};          ///< 0: not known
  std::uint32_t uid{};                  ///< the real one
  std::uint32_t exit_status{};          ///< of a leader
  std::uint64_t elapsed_ns{};           ///< since its birth, us resolution
  std::uint64_t peak_bytes{};           ///< 0: it had no memory of its own
  event::Totals total{};
  event::Comm comm{};
};

/// Appends the events in one datagram of the connector. @error kMalformed: a message is too short; what came before it is there.
[[nodiscard]] Result<void> decode_life_events(std::span<const std::byte> datagram, std::vector<LifeEvent>& events);

/// What the kernel answered to a request, as an errno value; absent: the datagram holds no answer to the one whose `ack` was `asked`.
[[nodiscard]] std::optional<int> decode_connector_answer(std::span<const std::byte> datagram, std::uint32_t asked);

/// Appends the records in one datagram of the family taskstats, whose message type is `family`. Attributes and messages of other kinds are
/// passed over. @error kMalformed: a message or a record is too short, or of a version that is not known; the others are there.
[[nodiscard]] Result<void> decode_exit_records(std::span<const std::byte> datagram, std::uint16_t family, std::vector<ExitRecord>& records);

}  // namespace procledger::taskstats
