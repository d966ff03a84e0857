// SPDX-License-Identifier: Apache-2.0
#include "sources/bpf/kernel_btf.hpp"

#include <malloc.h>

#include <array>
#include <cerrno>
#include <cstddef>

#include "sources/bpf/kernel_types.hpp"

namespace procledger::bpf {
namespace {

struct Hook {
  std::string_view name;
  std::size_t arguments;  ///< up to the last one that its program touches: one more than the kernel has is an error at load
};
constexpr std::array<Hook, 9> kHooks{{{"sched_switch", 3},
                                      {"sched_process_free", 1},
                                      {"sched_process_fork", 2},
                                      {"sched_process_exec", 3},
                                      {"task_rename", 2},
                                      {"cgroup_attach_task", 4},
                                      {"cgroup_mkdir", 2},
                                      {"cgroup_rename", 2},
                                      {"cgroup_rmdir", 2}}};

event::KernelFacts fields_of(const TypeTable& types) {
  event::KernelFacts facts;
  facts.btf = true;
  facts.lives = true;
  facts.irq_time = types.has_member("rq", "prev_irq_time");
  facts.steal_time = types.has_member("rq", "prev_steal_time_rq");
  facts.run_queue_wait = types.has_member("sched_info", "run_delay");
  facts.storage_io = types.has_member("task_io_accounting", "read_bytes");
  facts.call_io = types.has_member("task_io_accounting", "rchar");
  return facts;
}

// The type information knows kinds of maps and of iterators whoever asks; creating one as a probe needs rights and would say "no" without.
std::vector<std::string> lacking_in(const TypeTable& types) {
  std::vector<std::string> lacking;
  if (!types.has_enumerator("bpf_map_type", "BPF_MAP_TYPE_RINGBUF")) lacking.emplace_back("the BPF ring buffer");
  if (!types.has_struct("bpf_iter__task")) lacking.emplace_back("the BPF task iterator");
  for (const Hook& hook : kHooks) {
    const std::string name{hook.name};
    const auto arguments = types.hook_arguments(name);
    if (!arguments) {
      lacking.push_back("the tracepoint " + name);
    } else if (*arguments < hook.arguments) {
      lacking.push_back("argument " + std::to_string(hook.arguments) + " of the tracepoint " + name);
    }
  }
  return lacking;
}

}  // namespace

std::vector<std::string_view> hooks() {
  std::vector<std::string_view> names;
  names.reserve(kHooks.size());
  for (const Hook& hook : kHooks) names.push_back(hook.name);
  return names;
}

KernelTypes read_kernel_types() {
  KernelTypes result;
  {
    const auto types = TypeTable::open();
    if (types) {
      result.state = KernelTypes::State::kUsable;
      result.fields = fields_of(*types);
      result.lacking = lacking_in(*types);
      // Came with the accounting of maps to memory cgroups, in 5.11; libbpf asks for the same.
      result.maps_in_memlock = !types->has_enumerator("bpf_func_id", "BPF_FUNC_ktime_get_coarse_ns");
      result.bpf_loop = types->has_enumerator("bpf_func_id", "BPF_FUNC_loop");
      result.percpu_lookup = types->has_enumerator("bpf_func_id", "BPF_FUNC_map_lookup_percpu_elem");
      result.hooks_preempt = types->has_typedef("class_srcu_fast_notrace_t");
    } else if (errno == EACCES || errno == EPERM) {
      result.state = KernelTypes::State::kUnreadable;
    } else if (errno != ENOENT) {
      result.state = KernelTypes::State::kGarbage;
    }
  }
  ::malloc_trim(0);  // type information leaves 10 MB of heap behind
  return result;
}

}  // namespace procledger::bpf
