// SPDX-License-Identifier: Apache-2.0
// From records of bpf/wire.h to events. Pure: no kernel, no files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

#include "base/result.hpp"
#include "bpf/wire.h"
#include "core/event/sink.hpp"

namespace procledger::bpf {

/// A task record, from a scan or from the ring.
[[nodiscard]] event::Observation decode(const pl_task& task);

/// A task record of a scan that carries PL_ZOMBIE: identity and parent only.
[[nodiscard]] event::Zombie decode_zombie(const pl_task& task);

[[nodiscard]] event::TaskCounters decode(const pl_usage& usage);

[[nodiscard]] event::TaskExit decode(const pl_dead& dead);

[[nodiscard]] event::TaskRelease decode(const pl_free& free);

[[nodiscard]] event::ProcessUsage decode(const pl_process& process);

/// CLOCK_BOOTTIME when a record of the ring was written; 0 when the record is shorter than a header.
[[nodiscard]] std::uint64_t time_of(std::span<const std::byte> record);

/// Emits records of the ring as events, in the order of the ring. Owns the path and environment records that wait for their exec record,
/// and emits the three as one event. BpfSource calls it while it drains the ring. Does not read the ring.
class Decoder {
 public:
  /// Emits one record to `sink`, or keeps a path or environment for the task's next exec record.
  /// @error kMalformed: the record is shorter than its kind, or its kind is unknown. No event was emitted then.
  Result<void> deliver(std::span<const std::byte> record, event::Sink& sink);

 private:
  /// Path and environment of a task whose exec record is still to come.
  struct Ahead {
    std::optional<std::string> path;
    std::optional<std::string> env;
    bool path_cut{};
    bool env_cut{};
  };

  Result<void> keep_path(std::span<const std::byte> record);
  Result<void> keep_env(std::span<const std::byte> record);
  Result<void> deliver_exec(std::span<const std::byte> record, event::Sink& sink);
  Ahead& ahead_of(std::uint64_t task);

  std::unordered_map<std::uint64_t, Ahead> ahead_;  ///< by task
};

}  // namespace procledger::bpf
