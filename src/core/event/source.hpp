// SPDX-License-Identifier: Apache-2.0
// Where observations come from. One thread uses a source.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "core/event/host.hpp"
#include "core/event/sink.hpp"

namespace procledger::event {

class Source {
 public:
  virtual ~Source() = default;

  /// bpf, taskstats or proc.
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// CLOCK_BOOTTIME when the last hook was in place: what is born later is seen from its first nanosecond to its last.
  [[nodiscard]] virtual std::uint64_t attached_ns() const = 0;

  /// Readable when so many records wait that `drain` should be called before the next collection; -1 if that never happens.
  [[nodiscard]] virtual int wakeup_fd() const = 0;

  /// Hands the waiting life-cycle records to `sink`.
  virtual Result<void> drain(event::Sink& sink) = 0;

  /// One collection: looks at every task once and hands over everything that happened up to then (see event::Sink for the order).
  virtual Result<void> collect(event::Sink& sink) = 0;

  /// The host's clocks and the source's own losses, as of now.
  virtual Result<event::SourceReport> report() = 0;

  /// A number that rises while the hooks are alive (bpf: context switches seen).
  [[nodiscard]] virtual std::uint64_t heartbeat() = 0;

  /// What execs are to tell from now on beside their arguments, as far as this source can.
  struct Wanted {
    bool path{};
    bool environment{};
  };
  virtual void want(Wanted /*wanted*/) {}

  [[nodiscard]] virtual const event::KernelFacts& kernel() const = 0;
};

// Where another source comes from when the present one fails, or when a better one may be had again.

struct SuppliedSource {
  std::unique_ptr<event::Source> source;
  std::string reason;  ///< a word of a fixed set: why this one
  std::string why;     ///< a line for the log: why none that is better
};

class SourceSupply {
 public:
  virtual ~SourceSupply() = default;

  /// The best source that works, of those that are worse than the one of this name. Called by the collecting thread; may take a second.
  /// @error  there is none
  virtual Result<SuppliedSource> worse_than(std::string_view name) = 0;

  /// The best source that works, of those that are better than the one of this name.
  /// @error  why there is none; an empty message: it is the best one
  virtual Result<SuppliedSource> better_than(std::string_view name) = 0;
};

}  // namespace procledger::event
