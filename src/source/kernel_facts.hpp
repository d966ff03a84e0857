// SPDX-License-Identifier: Apache-2.0
// What this kernel offers and keeps apart, read from its own type information. Facts only: what follows from them is decided elsewhere.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "event/host.hpp"

namespace procledger::source {

/// @error kUnsupported: no type information (BTF), or not readable as such; the message says what the kernel needs.
/// @source struct rq in kernel/sched/sched.h: prev_irq_time needs CONFIG_IRQ_TIME_ACCOUNTING, prev_steal_time_rq
/// CONFIG_PARAVIRT_TIME_ACCOUNTING
[[nodiscard]] Result<event::KernelFacts> read_kernel_facts();

/// Whether this kernel's programs may call the helper of this name, an enumerator of `enum bpf_func_id`.
[[nodiscard]] bool has_bpf_helper(std::string_view name);

/// Whether a task can be preempted within a tracepoint, so that the kernel may skip programs of others there meanwhile.
/// @source include/linux/srcu.h: the guard type came with its one user, __DECLARE_TRACE
[[nodiscard]] bool hooks_preempt();

}  // namespace procledger::source
