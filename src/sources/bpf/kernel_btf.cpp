// SPDX-License-Identifier: Apache-2.0
#include "sources/bpf/kernel_btf.hpp"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>

namespace procledger::bpf {
namespace {

struct Hook {
  std::string_view name;
  std::size_t arguments;  ///< position of the last argument that the program reads; the kernel refuses reads of missing arguments
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

/// Searches anonymous members of the structure as well: mm_struct consists of them (include/linux/mm_types.h).
bool is_in(const btf_type* structure, std::string_view member, const btf* types) {
  const btf_member* members = btf_members(structure);
  return std::any_of(members, members + btf_vlen(structure), [&](const btf_member& each) {
    const std::string_view name = btf__name_by_offset(types, each.name_off);
    if (!name.empty()) return name == member;
    const btf_type* inner = btf__type_by_id(types, each.type);
    return inner != nullptr && btf_is_composite(inner) && is_in(inner, member, types);
  });
}

event::KernelFacts fields_of(const TypeTable& types) {
  event::KernelFacts facts;
  facts.btf = true;
  facts.lives = true;
  facts.irq_time = types.has_member("rq", "prev_irq_time");
  facts.steal_time = types.has_member("rq", "prev_steal_time_rq");
  facts.run_queue_wait = types.has_member("sched_info", "run_delay");
  facts.storage_io = types.has_member("task_io_accounting", "read_bytes");
  facts.hugetlb = types.has_member("mm_struct", "hugetlb_usage");
  facts.call_io = types.has_member("task_io_accounting", "rchar");
  return facts;
}

// Every user can read in BTF which types of maps and iterators the kernel has. A probe that creates a map would need capabilities.
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

void TypeTable::Deleter::operator()(btf* types) const noexcept { btf__free(types); }

// Silences libbpf, which otherwise writes a warning to stderr when the file holds no BTF.
std::optional<TypeTable> TypeTable::open() {
  const libbpf_print_fn_t before = libbpf_set_print(nullptr);
  btf* types = btf__parse(kBtfPath, nullptr);
  const int error = errno;
  libbpf_set_print(before);
  errno = error;
  if (types == nullptr) return std::nullopt;
  return TypeTable{types};
}

// One pass over all types. libbpf's own search takes one pass per lookup, and there are twenty lookups.
TypeTable::TypeTable(btf* types) : types_{types} {
  const __u32 count = btf__type_cnt(types);
  for (__u32 id = 1; id < count; ++id) {
    const btf_type* type = btf__type_by_id(types, id);
    Names* names = btf_is_struct(type) ? &structs_ : btf_is_typedef(type) ? &typedefs_ : btf_is_enum(type) ? &enums_ : nullptr;
    if (names != nullptr && type->name_off != 0) names->emplace(btf__name_by_offset(types, type->name_off), type);
  }
}

bool TypeTable::has_struct(const char* name) const { return structs_.contains(name); }

bool TypeTable::has_typedef(const char* name) const { return typedefs_.contains(name); }

bool TypeTable::has_member(const char* structure, std::string_view member) const {
  const auto found = structs_.find(structure);
  return found != structs_.end() && is_in(found->second, member, types_.get());
}

bool TypeTable::has_enumerator(const char* enumeration, std::string_view name) const {
  const auto found = enums_.find(enumeration);
  if (found == enums_.end()) return false;
  const struct btf_enum* values = btf_enum(found->second);
  return std::any_of(values, values + btf_vlen(found->second), [&](const struct btf_enum& each) {
    return name == btf__name_by_offset(types_.get(), static_cast<__u32>(each.name_off));
  });
}

std::optional<std::size_t> TypeTable::hook_arguments(const std::string& name) const {
  const auto found = typedefs_.find("btf_trace_" + name);
  if (found == typedefs_.end()) return std::nullopt;
  const btf_type* pointer = btf__type_by_id(types_.get(), found->second->type);
  const btf_type* function = pointer != nullptr && btf_is_ptr(pointer) ? btf__type_by_id(types_.get(), pointer->type) : nullptr;
  if (function == nullptr || !btf_is_func_proto(function) || btf_vlen(function) == 0) return std::nullopt;
  return btf_vlen(function) - 1U;
}

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
      // Kernels since 5.11 have this helper and charge maps to memory cgroups; libbpf probes for the same helper.
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
