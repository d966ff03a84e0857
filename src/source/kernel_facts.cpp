// SPDX-License-Identifier: Apache-2.0
#include "source/kernel_facts.hpp"

#include <bpf/btf.h>

#include <algorithm>
#include <memory>
#include <string_view>

namespace procledger::source {
namespace {

struct BtfDeleter {
  void operator()(btf* types) const noexcept { btf__free(types); }
};

bool has_member(const btf& types, const char* structure, std::string_view member) {
  const __s32 id = btf__find_by_name_kind(&types, structure, BTF_KIND_STRUCT);
  if (id < 0) return false;
  const btf_type* type = btf__type_by_id(&types, static_cast<__u32>(id));
  const btf_member* members = btf_members(type);
  for (unsigned i = 0; i < btf_vlen(type); ++i) {
    if (member == btf__name_by_offset(&types, members[i].name_off)) return true;
  }
  return false;
}

constexpr const char* kBtfPath = "/sys/kernel/btf/vmlinux";

}  // namespace

bool has_bpf_helper(std::string_view name) {
  const std::unique_ptr<btf, BtfDeleter> types{btf__parse(kBtfPath, nullptr)};
  const __s32 id = types ? btf__find_by_name_kind(types.get(), "bpf_func_id", BTF_KIND_ENUM) : -1;
  if (id < 0) return false;
  const btf_type* type = btf__type_by_id(types.get(), static_cast<__u32>(id));
  const struct btf_enum* helpers = btf_enum(type);
  return std::any_of(helpers, helpers + btf_vlen(type), [&](const struct btf_enum& helper) {
    return name == btf__name_by_offset(types.get(), static_cast<__u32>(helper.name_off));
  });
}

bool hooks_preempt() {
  const std::unique_ptr<btf, BtfDeleter> types{btf__parse(kBtfPath, nullptr)};
  return types && btf__find_by_name_kind(types.get(), "class_srcu_fast_notrace_t", BTF_KIND_TYPEDEF) > 0;
}

Result<event::KernelFacts> read_kernel_facts() {
  const std::unique_ptr<btf, BtfDeleter> types{btf__parse(kBtfPath, nullptr)};
  if (!types) {
    return fail(ErrorKind::kUnsupported,
                "no usable BTF at /sys/kernel/btf/vmlinux: eBPF programs cannot be fitted to this kernel; "
                "run a kernel built with CONFIG_DEBUG_INFO_BTF=y (every Debian, Ubuntu, Fedora and RHEL kernel since 2021) and mount /sys");
  }
  event::KernelFacts facts;
  facts.btf = true;
  facts.irq_time = has_member(*types, "rq", "prev_irq_time");
  facts.steal_time = has_member(*types, "rq", "prev_steal_time_rq");
  facts.run_queue_wait = has_member(*types, "sched_info", "run_delay");
  facts.storage_io = has_member(*types, "task_io_accounting", "read_bytes");
  facts.call_io = has_member(*types, "task_io_accounting", "rchar");
  return facts;
}

}  // namespace procledger::source
