// SPDX-License-Identifier: Apache-2.0
// The interface of a source, and of the factory that makes another one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "core/event/host.hpp"
#include "core/event/sink.hpp"

namespace procledger::event {

/// Reads tasks from the kernel and emits events to a sink. The collector calls a source from one thread. A source keeps no sums of groups;
/// the ledger does.
class Source {
 public:
  virtual ~Source() = default;

  /// bpf, taskstats or proc.
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// CLOCK_BOOTTIME at which the last hook was in place. The source sees the whole life of each task that starts later.
  [[nodiscard]] virtual std::uint64_t attached_ns() const = 0;

  /// Descriptor that becomes readable when enough records wait that `drain` should run before the next collection; -1: never.
  [[nodiscard]] virtual int wakeup_fd() const = 0;

  /// Emits the waiting life-cycle records to `sink`.
  virtual Result<void> drain(event::Sink& sink) = 0;

  /// Runs one collection: emits the life-cycle records up to now and scans every task once (see event::Sink for the order).
  virtual Result<void> collect(event::Sink& sink) = 0;

  /// The host's clocks and the source's own losses, as of now.
  virtual Result<event::SourceReport> report() = 0;

  /// A counter that rises while the hooks run (bpf: context switches seen).
  [[nodiscard]] virtual std::uint64_t heartbeat() = 0;

  /// Values that exec events carry from now on in addition to the arguments. A source leaves out values that the source cannot read.
  struct Wanted {
    bool path{};
    bool environment{};
  };
  virtual void want(Wanted /*wanted*/) {}

  [[nodiscard]] virtual const event::KernelFacts& kernel() const = 0;
};

/// A new source, and why it was chosen.
struct CreatedSource {
  std::unique_ptr<event::Source> source;
  std::string reason;  ///< a word of a fixed set: why this source
  std::string why;     ///< a line for the log: why no better source works
};

/// Makes another source when the active one fails, or when a better one may work again. The collector's thread calls it.
class SourceFactory {
 public:
  virtual ~SourceFactory() = default;

  /// Makes the best working source that ranks below source `name`. The call may take a second.
  /// @error  no source below it works
  virtual Result<CreatedSource> next_fallback(std::string_view name) = 0;

  /// Makes the best working source that ranks above source `name`.
  /// @error  why no better source works; an empty message: source `name` is the best one
  virtual Result<CreatedSource> better_than(std::string_view name) = 0;
};

}  // namespace procledger::event
