// SPDX-License-Identifier: Apache-2.0
// What this kernel offers and keeps apart, read from its own type information. Facts only: what follows from them is decided elsewhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "event/host.hpp"

namespace procledger::source {

/// @error kUnsupported: no type information (BTF), or not readable as such; the message says what the kernel needs.
/// @source struct rq in kernel/sched/sched.h: prev_irq_time needs CONFIG_IRQ_TIME_ACCOUNTING, prev_steal_time_rq
/// CONFIG_PARAVIRT_TIME_ACCOUNTING
[[nodiscard]] Result<event::KernelFacts> read_kernel_facts();

/// What the kernel's type information says of it, for those who judge. Needs no right.
struct KernelTypes {
  enum class State : std::uint8_t { kUsable, kMissing, kUnreadable, kGarbage };
  State state{State::kMissing};
  event::KernelFacts fields{};         ///< when usable, like the rest
  std::vector<std::string> lacking{};  ///< what the programs cannot do without and this kernel does not have, in words
  bool maps_in_memlock{};              ///< maps count against RLIMIT_MEMLOCK (until 5.10)
};
[[nodiscard]] KernelTypes read_kernel_types();

/// The tracepoints that the programs hang on. @source their SEC() lines in bpf/
[[nodiscard]] std::vector<std::string_view> hooks();

/// Whether this kernel's programs may call the helper of this name, an enumerator of `enum bpf_func_id`.
[[nodiscard]] bool has_bpf_helper(std::string_view name);

/// Whether a task can be preempted within a tracepoint, so that the kernel may skip programs of others there meanwhile.
/// @source include/linux/srcu.h: the guard type came with its one user, __DECLARE_TRACE
[[nodiscard]] bool hooks_preempt();

}  // namespace procledger::source
