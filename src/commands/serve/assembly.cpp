// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/assembly.hpp"

#include <unistd.h>

#include <utility>

#include "host/procfs/proc_fs.hpp"

namespace procledger::commands {
namespace {

constexpr const char* kPasswd = "/etc/passwd";

// The hierarchy whose ids the source speaks of. Where it cannot be found, names come with the kernel's records alone.
container::Containers containers_of(const CollectOptions& options) {
  const auto setup = procfs::ProcFs{options.procfs}.cgroup_setup();
  const auto hierarchy = setup && setup->cpuacct_in_v1 ? container::Hierarchy::kCpuacct : container::Hierarchy::kUnified;
  auto mount = container::find_cgroup_mount(options.procfs, hierarchy, options.cgroupfs);
  return {container::CgroupIndex{mount ? std::move(*mount) : container::CgroupMount{}}, container::PodLogs{options.podlogs}};
}

}  // namespace

Accounting::Accounting(event::SuppliedSource chosen, const CollectOptions& options, const collector::Rules& rules)
    : source{std::move(chosen.source)},
      name{source->name()},
      reason{std::move(chosen.reason)},
      why{std::move(chosen.why)},
      lookup{options.procfs, kPasswd, containers_of(options)},
      grouping{lookup, rules.policy, rules.key, static_cast<std::uint32_t>(::getpid())},
      ledger{grouping, {.attached_ns = source->attached_ns(), .split_by_process = options.compat.has_value()}} {}

Result<void> Accounting::start_slow_lane(const CollectOptions& options, double cpu_share) {
  auto started = sampler::SlowLane::start({.procfs = options.procfs, .interval = options.slow_interval, .cpu_share = cpu_share});
  if (!started) return tl::unexpected{std::move(started).error()};
  slow = std::move(*started);
  return {};
}

collector::BooksOptions Accounting::books_options(const CollectOptions& options) const {
  return {.procfs = options.procfs, .source_reason = reason, .wait_channels = options.compat.has_value()};
}

}  // namespace procledger::commands
