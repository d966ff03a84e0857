// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "sources/probe/findings.hpp"
#include "sources/probe/sources.hpp"

namespace procledger::probe {
namespace {

// What the kernel sends goes to sockets of the initial network namespace only (kernel/taskstats.c:send_cpu_listeners); the
// family itself answers in every one.
std::optional<Finding> network(const HostFacts& facts) {
  if (facts.namespaces.net.value_or(true)) return std::nullopt;
  return Finding{.blocks = true,
                 .reason = reason::kNetNamespace,
                 .missing = "not in the host's network namespace",
                 .cost = "exit records are not sent here",
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
                 .missing = "this kernel offers no taskstats",
                 .cost = "there are no exit records",
                 .remedies = {"run a kernel with CONFIG_TASKSTATS=y"}};
}

std::optional<Finding> connector(const KernelOffer& kernel) {
  if (kernel.proc_connector.value_or(true)) return std::nullopt;
  return Finding{.blocks = true,
                 .reason = reason::kNoProcConnector,
                 .missing = "this kernel has no proc connector",
                 .cost = "forks and execs are not told",
                 .remedies = {"run a kernel with CONFIG_CONNECTOR=y and CONFIG_PROC_EVENTS=y"}};
}

std::optional<Finding> waits(const KernelOffer& kernel) {
  if (kernel.schedstat.value_or(true)) return std::nullopt;
  return Finding{.blocks = false,
                 .reason = reason::kNoSchedInfo,
                 .missing = "/proc/PID/schedstat has no figures",
                 .cost = "no run-queue wait",
                 .remedies = {"run a kernel with CONFIG_SCHED_INFO=y; before 6.1 it takes CONFIG_SCHEDSTATS=y"}};
}

constexpr const char* kUnreadable =
    "other users' I/O, open files, PSS and sockets are absent; rules do not know their executable and environment";

}  // namespace

std::vector<Finding> taskstats_findings(const HostFacts& facts) {
  std::vector<Finding> findings;
  for (auto& finding :
       {no_proc(facts), nested_pid_namespace(facts, {}), nested_user_namespace(facts), network(facts), capability(facts.rights),
        family(facts.kernel), connector(facts.kernel), waits(facts.kernel),
        hidden_processes(facts, "other users' processes are seen only when they end"), unreadable_processes(facts, kUnreadable, {})}) {
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
