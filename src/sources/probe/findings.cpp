// SPDX-License-Identifier: Apache-2.0
#include "sources/probe/findings.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace procledger::probe {
namespace {

constexpr std::size_t kPrefix = 4;  // CAP_

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

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
                 .cost = "no source works",
                 .remedies = {"mount -t proc proc " + facts.proc.path, "--path.procfs=<where it is mounted>"}};
}

std::optional<Finding> nested_pid_namespace(const HostFacts& facts, std::string cost) {
  if (facts.namespaces.pid.value_or(true)) return std::nullopt;
  const bool blocks = cost.empty();
  return Finding{.blocks = blocks,
                 .reason = reason::kPidNamespace,
                 .missing = "not in the host's pid namespace",
                 .cost = blocks ? "the kernel's records do not fit the processes that are seen from here" : std::move(cost),
                 .remedies = {"Kubernetes: hostPID: true", "Docker: docker run --pid=host", "otherwise: run it on the host itself"}};
}

// capable() asks for rights in the initial user namespace, whatever is held in another one (kernel/capability.c).
std::optional<Finding> nested_user_namespace(const HostFacts& facts) {
  if (facts.namespaces.user.value_or(true)) return std::nullopt;
  return Finding{.blocks = true,
                 .reason = reason::kUserNamespace,
                 .missing = "not in the host's user namespace",
                 .cost = "capabilities that are held here count for nothing in the kernel",
                 .remedies = {"Kubernetes: hostUsers: true", "Docker: docker run --userns=host", "Podman: run it as root"}};
}

// fs/proc/base.c:has_pid_permissions: who may trace a process sees it.
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

// A directory like /proc/PID/fd is its owner's alone (CAP_DAC_READ_SEARCH), and then asks whether we might trace it (CAP_SYS_PTRACE).
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

}  // namespace procledger::probe
