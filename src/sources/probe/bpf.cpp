// SPDX-License-Identifier: Apache-2.0
#include <initializer_list>
#include <utility>

#include "sources/probe/findings.hpp"
#include "sources/probe/sources.hpp"

namespace procledger::probe {
namespace {

constexpr std::uint64_t kMapBytes = 32U << 20;  // what the maps come to, rounded up: 30 MB with 2 CPUs

Finding blocked(std::string_view why, std::string missing, std::string cost, std::vector<std::string> remedies) {
  return {.blocks = true, .reason = why, .missing = std::move(missing), .cost = std::move(cost), .remedies = std::move(remedies)};
}

std::optional<Finding> types(const KernelOffer& kernel) {
  const std::string file = "/sys/kernel/btf/vmlinux";
  const std::string cost = "eBPF programs cannot be fitted to this kernel";
  const std::string other_kernel = "run a kernel with CONFIG_DEBUG_INFO_BTF=y: every Debian, Ubuntu, Fedora and RHEL kernel since 2021";
  switch (kernel.btf) {
    case Btf::kUsable:
      return std::nullopt;
    case Btf::kMissing:
      return blocked(reason::kNoBtf, "no BTF: " + file + " does not exist", cost,
                     {other_kernel, "in a container without the host's /sys: docker run -v /sys:/sys:ro"});
    case Btf::kUnreadable:
      return blocked(reason::kNoBtf, "no BTF: " + file + " may not be read", cost, {"sudo chmod a+r " + file});
    case Btf::kGarbage:
      return blocked(reason::kBadBtf, "bad BTF: what is in " + file + " is none", cost,
                     {"ls -l " + file + " and findmnt -T " + file + ": something else is mounted over it", other_kernel});
  }
  return std::nullopt;
}

std::optional<Finding> hooks(const KernelOffer& kernel) {
  if (kernel.lacking.empty()) return std::nullopt;
  std::string list;
  for (const std::string& each : kernel.lacking) (list += list.empty() ? "" : ", ") += each;
  return blocked(reason::kOldKernel, "this kernel does not have " + list, "the programs cannot be loaded", {"run Linux 5.10 or later"});
}

std::optional<Finding> lockdown(const KernelOffer& kernel) {
  if (kernel.lockdown.value_or(Lockdown::kNone) != Lockdown::kConfidentiality) return std::nullopt;
  return blocked(reason::kLockdown, "the kernel is locked down: confidentiality", "programs may not read the kernel's memory",
                 {"boot with lockdown=integrity on the kernel's command line, or without lockdown="});
}

// Since 5.8 CAP_SYS_ADMIN stands for both (include/linux/capability.h: bpf_capable, perfmon_capable).
std::optional<Finding> capabilities(const Rights& rights) {
  if (rights.effective.has(Capability::kSysAdmin)) return std::nullopt;
  CapabilitySet lacking;
  for (const Capability each : {Capability::kBpf, Capability::kPerfmon}) {
    if (!rights.effective.has(each)) lacking.add(each);
  }
  if (lacking.empty()) return std::nullopt;
  auto remedies = grants(lacking, rights.effective);
  remedies.insert(remedies.begin(), "run it as root, which needs no grant and gives up what it does not need");
  return blocked(reason::kNoCapability, not_held(lacking), "the kernel refuses to load the programs", std::move(remedies));
}

std::optional<Finding> memory(const HostFacts& facts) {
  const auto limit = facts.rights.memlock_bytes;
  const bool enough = !limit || *limit >= kMapBytes || facts.rights.effective.has(Capability::kSysResource);
  if (enough || !facts.kernel.maps_in_memlock.value_or(false)) return std::nullopt;
  return blocked(reason::kMemlock, "memory that may be locked is limited to " + std::to_string(*limit / 1024) + " KiB",
                 "this kernel counts the programs' maps, " + std::to_string(kMapBytes >> 20) + " MiB, against it",
                 {"ulimit -l unlimited", "systemd: LimitMEMLOCK=infinity", "Docker: docker run --ulimit memlock=-1",
                  "or CAP_SYS_RESOURCE, with which procledger raises the limit itself"});
}

std::optional<Finding> field(bool there, std::string_view why, const char* option, const char* cost) {
  if (there) return std::nullopt;
  return Finding{.blocks = false,
                 .reason = why,
                 .missing = std::string{"this kernel is built without "} + option,
                 .cost = cost,
                 .remedies = {std::string{"run a kernel with "} + option + "=y"}};
}

}  // namespace

std::vector<Finding> bpf_findings(const HostFacts& facts) {
  std::vector<Finding> findings;
  const auto add = [&findings](std::optional<Finding> finding) {
    if (finding) findings.push_back(*std::move(finding));
  };
  add(no_proc(facts));
  add(nested_pid_namespace(facts, {}));
  add(nested_user_namespace(facts));
  add(types(facts.kernel));
  add(hooks(facts.kernel));
  add(lockdown(facts.kernel));
  add(capabilities(facts.rights));
  add(memory(facts));
  if (const auto& fields = facts.kernel.fields) {
    add(field(fields->run_queue_wait, reason::kNoSchedInfo, "CONFIG_SCHED_INFO", "no run-queue wait"));
    add(field(fields->storage_io, reason::kNoIoAccounting, "CONFIG_TASK_IO_ACCOUNTING", "no storage I/O"));
    add(field(fields->call_io, reason::kNoIoAccounting, "CONFIG_TASK_XACCT", "no I/O by system calls"));
  }
  add(hidden_processes(facts, "rules do not know arguments, executable and environment of what ran before the start"));
  add(unreadable_processes(facts,
                           "rules do not know executable and environment of what others ran before the start; other users' sockets and "
                           "wait channels are absent, and PSS on older kernels",
                           {Capability::kBpf, Capability::kPerfmon}));
  return findings;
}

}  // namespace procledger::probe
