// SPDX-License-Identifier: Apache-2.0
// Bytes of bpf/wire.h into events. Pure: no kernel, no file.
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

/// One task as the walk wrote it, in the ledger's words.
[[nodiscard]] event::Observation decode(const pl_task& task);

/// A task that the walk did not describe.
[[nodiscard]] event::Zombie decode_zombie(const pl_task& task);

[[nodiscard]] event::Totals decode(const pl_usage& usage);

[[nodiscard]] event::Final decode(const pl_dead& dead);

[[nodiscard]] event::Freed decode(const pl_free& free);

[[nodiscard]] event::Holding decode(const pl_process& process);

/// CLOCK_BOOTTIME when a record of the ring was written; 0 if it is too short to say.
[[nodiscard]] std::uint64_t time_of(std::span<const std::byte> record);

/// Hands over the records of the ring, in their order. What comes in several records is told as one.
class Decoder {
 public:
  /// Hands one record to `sink`, or keeps it for the one that it belongs to.
  /// @error kMalformed: shorter than its kind, or of no known kind. Nothing was handed over then.
  Result<void> deliver(std::span<const std::byte> record, event::Sink& sink);

 private:
  /// What came ahead of a task's exec.
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
