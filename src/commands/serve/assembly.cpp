// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/assembly.hpp"

#include <unistd.h>

#include <cstdint>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "host/procfs/proc_fs.hpp"

namespace procledger::commands {
namespace {

constexpr const char* kPasswd = "/etc/passwd";

// Indexes the hierarchy that the cgroup ids of the source belong to. Without its mount, cgroup names come only from the kernel's records.
container::Containers containers_of(const CollectOptions& options) {
  const auto setup = procfs::ProcFs{options.procfs}.cgroup_setup();
  const auto hierarchy = setup && setup->cpuacct_in_v1 ? container::Hierarchy::kCpuacct : container::Hierarchy::kUnified;
  auto mount = container::find_cgroup_mount(options.procfs, hierarchy, options.cgroupfs);
  return {container::CgroupIndex{mount ? std::move(*mount) : container::CgroupMount{}}, container::PodLogs{options.podlogs}};
}

std::optional<double> scaled(const std::optional<std::uint64_t>& value, double scale) {
  if (!value) return std::nullopt;
  return static_cast<double>(*value) * scale;
}

exposition::OwnProcess own_process(const procfs::OwnUsage& usage) {
  exposition::OwnProcess own{.cpu_seconds = scaled(usage.cpu_ns, 1e-9),
                             .resident_bytes = scaled(usage.resident_bytes, 1),
                             .virtual_bytes = scaled(usage.virtual_bytes, 1),
                             .open_fds = scaled(usage.open_fds, 1),
                             .max_fds = scaled(usage.max_fds, 1),
                             .start_time_seconds = std::nullopt};
  if (usage.start_boottime_ns) {
    own.start_time_seconds = static_cast<double>(static_cast<std::int64_t>(*usage.start_boottime_ns) + unix_minus_boottime_ns()) / 1e9;
  }
  return own;
}

}  // namespace

Accounting::Accounting(event::CreatedSource chosen, const CollectOptions& options, const collector::Rules& rules)
    : source{std::move(chosen.source)},
      name{source->name()},
      reason{std::move(chosen.reason)},
      why{std::move(chosen.why)},
      lookup{options.procfs, kPasswd, containers_of(options)},
      grouping{lookup, rules.policy, rules.key, static_cast<std::uint32_t>(::getpid())},
      ledger{grouping, {.attached_ns = source->attached_ns(), .split_by_process = options.compat.has_value()}} {}

Result<void> Accounting::start_background_sampler(const CollectOptions& options, double cpu_share) {
  auto started = sampler::BackgroundSampler::start({.procfs = options.procfs, .interval = options.slow_interval, .cpu_share = cpu_share});
  if (!started) return tl::unexpected{std::move(started).error()};
  slow = std::move(*started);
  return {};
}

collector::PipelineOptions Accounting::pipeline_options(const CollectOptions& options) const {
  return {.procfs = options.procfs,
          .source_reason = reason,
          .wait_channels = options.compat.has_value(),
          .other_series = exposition::kMaxDaemonSeries};
}

std::shared_ptr<exposition::ProcessMetrics> process_metrics(const CollectOptions& options) {
  return std::make_shared<exposition::ProcessMetrics>(
      [procfs = procfs::ProcFs{options.procfs}] { return own_process(procfs.own_values()); });
}

}  // namespace procledger::commands
