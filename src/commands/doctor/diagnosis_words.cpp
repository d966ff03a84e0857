// SPDX-License-Identifier: Apache-2.0
#include "commands/doctor/diagnosis_words.hpp"

#include <optional>
#include <string_view>

namespace procledger::commands {
namespace {

constexpr const char* kUnknown = "unknown";

std::string either(const std::optional<bool>& fact, const char* yes, const char* no) { return !fact ? kUnknown : *fact ? yes : no; }

std::string btf(probe::Btf state) {
  switch (state) {
    case probe::Btf::kUsable:
      return "usable";
    case probe::Btf::kMissing:
      return "missing";
    case probe::Btf::kUnreadable:
      return "not readable";
    case probe::Btf::kGarbage:
      return "something else";
  }
  return kUnknown;
}

std::string lockdown(const std::optional<probe::Lockdown>& state) {
  if (!state) return "unknown, securityfs is not mounted";
  switch (*state) {
    case probe::Lockdown::kNone:
      return "none";
    case probe::Lockdown::kIntegrity:
      return "integrity, which allows what is needed";
    case probe::Lockdown::kConfidentiality:
      return "confidentiality";
  }
  return kUnknown;
}

std::string unprivileged(const std::optional<int>& setting) {
  if (!setting) return kUnknown;
  return std::to_string(*setting) + (*setting == 0 ? ", anybody may load some programs, but none of ours" : ", only with rights");
}

std::string memlock(const probe::HostFacts& facts) {
  std::string limit = facts.rights.memlock_bytes ? std::to_string(*facts.rights.memlock_bytes / 1024) + " KiB" : "unlimited";
  if (!facts.kernel.maps_in_memlock) return limit;
  return limit +
         (*facts.kernel.maps_in_memlock ? ", which bounds eBPF maps on this kernel" : ", which this kernel does not ask of eBPF maps");
}

std::string capabilities(const probe::CapabilitySet& held) { return held.empty() ? "none that matter here" : held.joined(" "); }

std::string apart(const probe::KernelOffer& kernel) {
  if (!kernel.fields) return kUnknown;
  if (kernel.fields->irq_time && kernel.fields->steal_time) return "interrupts and stolen time";
  if (kernel.fields->irq_time) return "interrupts; stolen time counts for the task that it hits";
  if (kernel.fields->steal_time) return "stolen time; interrupts count for the task that they hit";
  return "nothing: interrupts and stolen time count for the task that they hit";
}

std::string proc(const probe::ProcMount& mount) {
  if (!mount.readable) return mount.path + ", which is no procfs";
  return mount.path + ", hidepid=" + (mount.hidepid ? std::to_string(*mount.hidepid) : kUnknown);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> facts_in_words(const probe::HostFacts& facts) {
  const auto& kernel = facts.kernel;
  const auto where = [](const std::optional<bool>& initial) { return either(initial, "the host's", "another"); };
  return {{"kernel", kernel.release + " " + kernel.machine},
          {"btf", btf(kernel.btf)},
          {"lockdown", lockdown(kernel.lockdown)},
          {"unprivileged_bpf_disabled", unprivileged(kernel.unprivileged_bpf_disabled)},
          {"locked_memory", memlock(facts)},
          {"time_kept_apart", apart(kernel)},
          {"schedstat", either(kernel.schedstat, "has figures", "has no figures")},
          {"taskstats", either(kernel.taskstats, "there", "not there")},
          {"delay_accounting", either(kernel.delay_accounting, "on", "off")},
          {"proc_connector", either(kernel.proc_connector, "there", "not there")},
          {"cgroups", facts.cgroup.empty() ? kUnknown : facts.cgroup},
          {"procfs", proc(facts.proc)},
          {"pid_namespace", where(facts.namespaces.pid)},
          {"user_namespace", where(facts.namespaces.user)},
          {"network_namespace", where(facts.namespaces.net)},
          {"user_id", std::to_string(facts.rights.uid)},
          {"capabilities", capabilities(facts.rights.effective)},
          {"seccomp_filter", either(facts.rights.seccomp, "yes", "no")}};
}

}  // namespace procledger::commands
