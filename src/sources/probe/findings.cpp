// SPDX-License-Identifier: Apache-2.0
#include "sources/probe/findings.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <utility>

#include "sources/probe/assessment.hpp"

namespace procledger::probe {
namespace {

constexpr std::size_t kPrefix = 4;  // CAP_

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

constexpr std::uint64_t kMapBytes = 32U << 20;  // size of all maps, rounded up: 30 MB with 2 CPUs

Finding blocked(std::string_view why, std::string missing, std::string cost, std::vector<std::string> remedies) {
  return {.blocks = true, .reason = why, .missing = std::move(missing), .cost = std::move(cost), .remedies = std::move(remedies)};
}

std::optional<Finding> types(const KernelOffer& kernel) {
  const std::string file = "/sys/kernel/btf/vmlinux";
  const std::string cost = "eBPF programs cannot be adapted to this kernel";
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
      return blocked(reason::kBadBtf, "bad BTF: " + file + " does not contain BTF", cost,
                     {"unmount what hides BTF: ls -l " + file + " and findmnt -T " + file + " show the mount", other_kernel});
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
  return blocked(reason::kLockdown, "the kernel is locked down: confidentiality", "eBPF programs may not read the kernel's memory",
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
  remedies.insert(remedies.begin(), "run procledger as root: procledger drops the rights that it does not need");
  return blocked(reason::kNoCapability, not_held(lacking), "the kernel refuses to load the programs", std::move(remedies));
}

std::optional<Finding> memory(const HostFacts& facts) {
  const auto limit = facts.rights.memlock_bytes;
  const bool enough = !limit || *limit >= kMapBytes || facts.rights.effective.has(Capability::kSysResource);
  if (enough || !facts.kernel.maps_in_memlock.value_or(false)) return std::nullopt;
  return blocked(reason::kMemlock, "locked memory (RLIMIT_MEMLOCK) is limited to " + std::to_string(*limit / 1024) + " KiB",
                 "this kernel counts the programs' maps, " + std::to_string(kMapBytes >> 20) + " MiB, against this limit",
                 {"ulimit -l unlimited", "systemd: LimitMEMLOCK=infinity", "Docker: docker run --ulimit memlock=-1",
                  "grant CAP_SYS_RESOURCE: procledger then raises the limit itself"});
}

std::optional<Finding> field(bool there, std::string_view why, const char* option, const char* cost) {
  if (there) return std::nullopt;
  return Finding{.blocks = false,
                 .reason = why,
                 .missing = std::string{"this kernel is built without "} + option,
                 .cost = cost,
                 .remedies = {std::string{"run a kernel with "} + option + "=y"}};
}

// The kernel sends exit records to sockets of the initial network namespace only (kernel/taskstats.c:send_cpu_listeners), although the
// netlink family answers requests in every network namespace.
std::optional<Finding> network(const HostFacts& facts) {
  if (facts.namespaces.net.value_or(true)) return std::nullopt;
  return Finding{.blocks = true,
                 .reason = reason::kNetNamespace,
                 .missing = "not in the host's network namespace",
                 .cost = "the kernel sends no exit records to this namespace",
                 .remedies = {"Kubernetes: hostNetwork: true", "Docker: docker run --network=host"}};
}

std::optional<Finding> capability(const Rights& rights) {
  if (rights.effective.has(Capability::kNetAdmin)) return std::nullopt;
  return Finding{.blocks = true,
                 .reason = reason::kNoCapability,
                 .missing = not_held({Capability::kNetAdmin}),
                 .cost = "the kernel sends no exit records",
                 .remedies = grants({Capability::kNetAdmin}, rights.effective)};
}

std::optional<Finding> family(const KernelOffer& kernel) {
  if (kernel.taskstats.value_or(true)) return std::nullopt;
  return Finding{.blocks = true,
                 .reason = reason::kNoTaskstats,
                 .missing = "this kernel has no taskstats",
                 .cost = "there are no exit records",
                 .remedies = {"run a kernel with CONFIG_TASKSTATS=y"}};
}

std::optional<Finding> connector(const KernelOffer& kernel) {
  if (kernel.proc_connector.value_or(true)) return std::nullopt;
  return Finding{.blocks = true,
                 .reason = reason::kNoProcConnector,
                 .missing = "this kernel has no proc connector",
                 .cost = "the kernel reports no forks and execs",
                 .remedies = {"run a kernel with CONFIG_CONNECTOR=y and CONFIG_PROC_EVENTS=y"}};
}

std::optional<Finding> waits(const KernelOffer& kernel) {
  if (kernel.schedstat.value_or(true)) return std::nullopt;
  return Finding{.blocks = false,
                 .reason = reason::kNoSchedInfo,
                 .missing = "/proc/PID/schedstat has no values",
                 .cost = "no run-queue wait",
                 .remedies = {"run a kernel with CONFIG_SCHED_INFO=y, before Linux 6.1 with CONFIG_SCHEDSTATS=y"}};
}

constexpr const char* kUnreadable =
    "other users' I/O, open files, PSS and sockets are absent; rules cannot match their executable and environment";

}  // namespace

std::vector<std::string> grants(const CapabilitySet& capabilities, const CapabilitySet& beside) {
  CapabilitySet file = capabilities;
  for (const Capability each : kCapabilities) {
    if (beside.has(each)) file.add(each);
  }
  std::string docker = "Docker: docker run";
  std::string kubernetes;
  for (const Capability each : kCapabilities) {
    if (!capabilities.has(each)) continue;
    const std::string_view short_name = name_of(each).substr(kPrefix);
    (docker += " --cap-add=") += short_name;
    (kubernetes += kubernetes.empty() ? "" : ", ") += short_name;
  }
  return {"sudo setcap " + lower(file.joined(",")) + "+ep \"$(command -v procledger)\"",
          "systemd: AmbientCapabilities=" + capabilities.joined(" "), std::move(docker),
          "Kubernetes: securityContext: {capabilities: {add: [" + kubernetes + "]}}"};
}

std::string not_held(const CapabilitySet& capabilities) {
  const std::string names = capabilities.joined(" and ");
  return names + (names.find(' ') == std::string::npos ? " is not held" : " are not held");
}

std::optional<Finding> no_proc(const HostFacts& facts) {
  if (facts.proc.readable) return std::nullopt;
  return Finding{.blocks = true,
                 .reason = reason::kNoProc,
                 .missing = "no procfs at " + facts.proc.path,
                 .cost = "processes cannot be read",
                 .remedies = {"set --path.procfs to the mount point of procfs", "mount -t proc proc " + facts.proc.path}};
}

std::optional<Finding> nested_pid_namespace(const HostFacts& facts, std::string cost) {
  if (facts.namespaces.pid.value_or(true)) return std::nullopt;
  const bool blocks = cost.empty();
  return Finding{.blocks = blocks,
                 .reason = reason::kPidNamespace,
                 .missing = "not in the host's pid namespace",
                 .cost = blocks ? "PIDs in kernel records do not match the PIDs in this namespace" : std::move(cost),
                 .remedies = {"Kubernetes: hostPID: true", "Docker: docker run --pid=host", "run procledger on the host"}};
}

// capable() checks rights in the initial user namespace and ignores rights that are held in another one (kernel/capability.c).
std::optional<Finding> nested_user_namespace(const HostFacts& facts) {
  if (facts.namespaces.user.value_or(true)) return std::nullopt;
  return Finding{.blocks = true,
                 .reason = reason::kUserNamespace,
                 .missing = "not in the host's user namespace",
                 .cost = "the kernel ignores capabilities that are held in this namespace",
                 .remedies = {"Kubernetes: hostUsers: true", "Docker: docker run --userns=host", "Podman: run podman as root"}};
}

// fs/proc/base.c:has_pid_permissions: a caller that may trace a process sees it.
std::optional<Finding> hidden_processes(const HostFacts& facts, std::string cost) {
  const int hidepid = facts.proc.hidepid.value_or(0);
  if (hidepid == 0 || facts.rights.effective.has(Capability::kSysPtrace)) return std::nullopt;
  auto remedies = grants({Capability::kSysPtrace}, facts.rights.effective);
  remedies.insert(remedies.begin(), "sudo mount -o remount,hidepid=0 " + facts.proc.path);
  return Finding{.blocks = false,
                 .reason = reason::kHidepid,
                 .missing = facts.proc.path + " is mounted with hidepid=" + std::to_string(hidepid) + ", and CAP_SYS_PTRACE is not held",
                 .cost = std::move(cost),
                 .remedies = std::move(remedies)};
}

// The mode of a directory like /proc/PID/fd admits its owner only (else CAP_DAC_READ_SEARCH). Then the kernel checks whether the caller may
// trace the process (CAP_SYS_PTRACE).
std::optional<Finding> unreadable_processes(const HostFacts& facts, std::string cost, const CapabilitySet& beside) {
  CapabilitySet lacking;
  for (const Capability each : {Capability::kSysPtrace, Capability::kDacReadSearch}) {
    if (!facts.rights.effective.has(each)) lacking.add(each);
  }
  if (lacking.empty()) return std::nullopt;
  return Finding{.blocks = false,
                 .reason = reason::kNoPtrace,
                 .missing = not_held(lacking),
                 .cost = std::move(cost),
                 .remedies = grants(lacking, beside)};
}

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
  add(hidden_processes(facts, "rules cannot match arguments, executable and environment of processes that started before procledger"));
  add(unreadable_processes(facts,
                           "rules cannot match executable and environment of other users' processes that started before procledger; other "
                           "users' sockets and wait channels are absent, on older kernels also PSS",
                           {Capability::kBpf, Capability::kPerfmon}));
  return findings;
}

std::vector<Finding> taskstats_findings(const HostFacts& facts) {
  std::vector<Finding> findings;
  for (auto& finding :
       {no_proc(facts), nested_pid_namespace(facts, {}), nested_user_namespace(facts), network(facts), capability(facts.rights),
        family(facts.kernel), connector(facts.kernel), waits(facts.kernel),
        hidden_processes(facts, "other users' processes are seen only when they exit"), unreadable_processes(facts, kUnreadable, {})}) {
    if (finding) findings.push_back(*finding);
  }
  return findings;
}

std::vector<Finding> proc_findings(const HostFacts& facts) {
  std::vector<Finding> findings;
  for (auto& finding :
       {no_proc(facts), nested_pid_namespace(facts, "only processes of this pid namespace are seen"), waits(facts.kernel),
        hidden_processes(facts, "other users' processes are not seen at all"), unreadable_processes(facts, kUnreadable, {})}) {
    if (finding) findings.push_back(*finding);
  }
  return findings;
}

}  // namespace procledger::probe
