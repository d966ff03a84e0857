// SPDX-License-Identifier: Apache-2.0
// Bytes of bpf/wire.h into events. Pure: no kernel, no file.
#pragma once

#include <cstddef>
#include <span>

#include "base/result.hpp"
#include "bpf/wire.h"
#include "event/sink.hpp"

namespace procledger::wire {

/// One task as the walk wrote it, in the ledger's words.
[[nodiscard]] event::Observation decode(const pl_task& task);

[[nodiscard]] event::Totals decode(const pl_usage& usage);

[[nodiscard]] event::Final decode(const pl_final& final);

[[nodiscard]] event::Holding decode(const pl_process& process);

/// Hands one record of the ring to `sink`.
/// @error kMalformed: shorter than its kind, or of no known kind. Nothing was handed over then.
Result<void> deliver(std::span<const std::byte> record, event::Sink& sink);

}  // namespace procledger::wire
