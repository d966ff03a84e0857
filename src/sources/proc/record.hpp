// SPDX-License-Identifier: Apache-2.0
// What is remembered of a process between two looks.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/event/observation.hpp"
#include "core/event/sink.hpp"
#include "sources/proc/cpu_split.hpp"

namespace procledger::proc {

struct ThreadRecord {
  event::Observation seen;  ///< as it was told last; its totals never fall
  event::Totals shown;      ///< as the kernel showed them last
  event::Totals added;      ///< to what the kernel shows, since it shows another task in this one's place: its own until then
  event::Totals dropped;    ///< and what the other one had by then
  bool told_dead{};         ///< its final totals were told by somebody else
};

/// In `threads`, which are in the order of their numbers; null: none has this one.
[[nodiscard]] const ThreadRecord* find_thread(const std::vector<ThreadRecord>& threads, std::uint32_t tid);

struct ProcessRecord {
  ProcessKey key;
  std::uint32_t ppid{};
  std::optional<event::ProcessId> parent;
  std::optional<ProcessKey> parent_key;
  std::optional<std::uint64_t> clock_ns;  ///< the process CPU clock before it was read last; absent: it must be read
  bool read{};                            ///< at least once
  bool ignores_children{};

  std::vector<ThreadRecord> threads;  ///< in the order of their numbers
  event::Totals ended;                ///< told of threads that are gone
  event::Totals rest;                 ///< used beyond all that was told of threads
  event::Totals rest_grown;           ///< by this much in the last look
  bool rest_told{};
  bool first_look{true};

  std::optional<event::Memory> memory;
  std::optional<event::Files> files;
  std::optional<std::uint64_t> cgroup_id;
  Split children;           ///< children time
  std::uint64_t seen_ns{};  ///< CLOCK_BOOTTIME: the last look that found it there
  std::uint64_t look{};     ///< number of that look
  bool zombie{};
  bool kernel_thread{};

  [[nodiscard]] event::ProcessId id() const { return {.handle = key.tgid, .tgid = key.tgid}; }
  [[nodiscard]] const ThreadRecord* find(std::uint32_t tid) const { return find_thread(threads, tid); }
  /// All that was told of it.
  [[nodiscard]] event::Totals told() const;
};

}  // namespace procledger::proc
