// SPDX-License-Identifier: Apache-2.0
// What this kernel offers and keeps apart, read from its own type information. Facts only: what follows from them is decided elsewhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/event/host.hpp"

namespace procledger::bpf {

/// What the kernel's type information says of it. Needs no right.
/// @source of the fields struct rq in kernel/sched/sched.h: prev_irq_time needs CONFIG_IRQ_TIME_ACCOUNTING, prev_steal_time_rq
/// CONFIG_PARAVIRT_TIME_ACCOUNTING
struct KernelTypes {
  enum class State : std::uint8_t { kUsable, kMissing, kUnreadable, kGarbage };
  State state{State::kMissing};
  event::KernelFacts fields{};         ///< when usable, like the rest
  std::vector<std::string> lacking{};  ///< what the programs cannot do without and this kernel does not have, in words
  bool maps_in_memlock{};              ///< maps count against RLIMIT_MEMLOCK (until 5.10)
  bool bpf_loop{};                     ///< programs may call this helper (5.17)
  bool percpu_lookup{};                ///< ... and bpf_map_lookup_percpu_elem (5.19)

  /// A task can be preempted within a tracepoint, so that the kernel may skip programs of others there meanwhile.
  /// @source include/linux/srcu.h: the guard type came with its one user, __DECLARE_TRACE
  bool hooks_preempt{};
};

/// Takes some 20 ms: whoever needs it again hands it on.
[[nodiscard]] KernelTypes read_kernel_types();

/// The tracepoints that the programs hang on. @source their SEC() lines in bpf/
[[nodiscard]] std::vector<std::string_view> hooks();

}  // namespace procledger::bpf
