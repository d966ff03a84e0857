// SPDX-License-Identifier: Apache-2.0
// What the kernel tells of births and ends by itself.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "sources/taskstats/messages.hpp"

namespace procledger::taskstats {

/// Messages in the order in which the kernel sent them, each kind by itself. Whoever exits is in `records` before he is in `events`.
struct Batch {
  std::vector<LifeEvent> events;
  std::vector<ExitRecord> records;
};

/// What did not arrive, since the feed was opened.
struct FeedLosses {
  std::uint64_t record_overruns{};  ///< times that the kernel found no room for records
  std::uint64_t event_overruns{};   ///< and for events
  std::uint64_t event_gaps{};       ///< events that are missing in the kernel's own count
};

/// Where the messages come from; a test makes up its own.
class Feed {
 public:
  virtual ~Feed() = default;

  /// Readable when messages wait.
  [[nodiscard]] virtual int wakeup_fd() const = 0;

  /// Appends all that waits. For every exit among the events its record has been read, now or before, unless it was lost.
  [[nodiscard]] virtual Result<void> read(Batch& batch) = 0;

  [[nodiscard]] virtual FeedLosses losses() const = 0;
};

/// Finds holes in the numbers that the kernel gives to events, which it does for each CPU by itself.
class SequenceGaps {
 public:
  void note(std::uint32_t cpu, std::uint32_t sequence) {
    const auto [at, first] = next_.try_emplace(cpu, sequence);
    const std::uint32_t gap = sequence - at->second;
    constexpr std::uint32_t kBackwards = 1u << 31;
    if (!first && gap < kBackwards) missing_ += gap;
    at->second = sequence + 1;
  }
  [[nodiscard]] std::uint64_t missing() const { return missing_; }

 private:
  std::unordered_map<std::uint32_t, std::uint32_t> next_;
  std::uint64_t missing_{};
};

/// The kernel's own: the proc connector, and taskstats for every CPU that this machine may have. Both end with the returned object.
/// @param receive_bytes  of each of the two sockets
/// @error kPermission: CAP_NET_ADMIN is missing.  kUnsupported: not in the host's namespaces, or the kernel was built without. The message
///        says what to do.
[[nodiscard]] Result<std::unique_ptr<Feed>> open_kernel_feed(std::uint32_t receive_bytes);

}  // namespace procledger::taskstats
