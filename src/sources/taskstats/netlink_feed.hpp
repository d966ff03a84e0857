// SPDX-License-Identifier: Apache-2.0
// The stream of fork, exec, rename and exit messages from the kernel.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "sources/taskstats/messages.hpp"

namespace procledger::taskstats {

/// Messages of one or more reads. Each list keeps the order in which the kernel sent its messages. The exit record of a task comes no later
/// than the exit event of the task.
struct Batch {
  std::vector<LifeEvent> events;
  std::vector<ExitRecord> records;
};

/// Lost messages since the feed was opened.
struct FeedLosses {
  std::uint64_t record_overruns{};  ///< overruns of the receive buffer for exit records
  std::uint64_t event_overruns{};   ///< overruns of the receive buffer for events
  std::uint64_t event_gaps{};       ///< events that are missing in the kernel's sequence numbers
};

/// Source of the messages: the kernel's feed, or the feed of a test. The taskstats source owns the feed.
class NetlinkFeed {
 public:
  virtual ~NetlinkFeed() = default;

  /// This descriptor is readable while messages wait.
  [[nodiscard]] virtual int wakeup_fd() const = 0;

  /// Appends all waiting messages. For each exit event, this call or an earlier call appends the exit record, unless the record was lost.
  [[nodiscard]] virtual Result<void> read(Batch& batch) = 0;

  [[nodiscard]] virtual FeedLosses losses() const = 0;
};

/// Counts gaps in the sequence numbers of events. The kernel numbers the events of each CPU separately.
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

/// The kernel's feed: the proc connector, and taskstats for every possible CPU. The returned object closes both sockets.
/// @param receive_bytes  receive buffer of each of the two sockets
/// @error kPermission: CAP_NET_ADMIN is missing.  kUnsupported: this process is not in the host's namespaces, or the kernel has no
///        taskstats or no proc connector. The message says what to do.
[[nodiscard]] Result<std::unique_ptr<NetlinkFeed>> open_kernel_feed(std::uint32_t receive_bytes);

}  // namespace procledger::taskstats
