// SPDX-License-Identifier: Apache-2.0
// Replaces one source by another. No counter falls, nothing counts twice, and CPU time in between is reported as lost.
#include <algorithm>
#include <tuple>
#include <utility>

#include "collector/pipeline.hpp"

namespace procledger::collector {

// The new source has its hooks in place already. The old source may still have records, even if it has failed.
void CollectionPipeline::replace_source(event::CreatedSource next) {
  dependencies_.ledger.begin_handover();
  std::ignore = dependencies_.source->collect(dependencies_.ledger);
  past_ = counts_;
  dependencies_.ledger.change_source();
  dependencies_.source = std::move(next.source);
  want_programs();
  options_.source_reason = std::move(next.reason);
  source_alive_ = true;
  source_changed_ = true;
}

// Hooks may be gone long before the collector notices, so a new reading is taken only when the heartbeat has risen.
void CollectionPipeline::close_while_alive(const event::HostReading& host) {
  const std::uint64_t beat = dependencies_.source->heartbeat();
  if (std::exchange(closing_beat_, beat) != beat) closing_ = close(host);
}

// Every source can use /proc/stat, and its resolution of 10 ms is small beside a gap of seconds.
std::optional<CollectionPipeline::Closing> CollectionPipeline::close(const event::HostReading& host) const {
  const auto times = procfs_.cpu_times();
  if (!times) return std::nullopt;
  std::uint64_t apart_ns = 0;
  const event::KernelFacts& kernel = dependencies_.source->kernel();
  if (kernel.irq_time) apart_ns += times->irq_ns + times->softirq_ns;
  if (kernel.steal_time) apart_ns += times->steal_ns;
  return Closing{.monotonic_ns = host.monotonic_ns,
                 .not_tasks_ns = times->idle_ns + apart_ns,
                 .idle_ns = times->idle_ns,
                 .tasks_ns = dependencies_.ledger.tasks_cpu_ns()};
}

// Charges the unattributed group with the CPU time between the two sources: elapsed time minus idle, minus CPU time of tasks.
void CollectionPipeline::settle_change(const event::HostReading& host) {
  const auto now = close(host);
  if (!now || !closing_) return dependencies_.host.change_clocks(std::nullopt);
  const std::uint64_t elapsed_ns = (now->monotonic_ns - closing_->monotonic_ns) * host.cpus;
  const std::uint64_t known_ns =
      (now->not_tasks_ns - std::min(now->not_tasks_ns, closing_->not_tasks_ns)) + (now->tasks_ns - closing_->tasks_ns);
  dependencies_.host.change_clocks(now->idle_ns - std::min(now->idle_ns, closing_->idle_ns));
  if (elapsed_ns <= known_ns) return;
  lost_at_changes_ns_ += elapsed_ns - known_ns;
  dependencies_.ledger.on_estimated({.process = {}, .reaper = {}, .user_ns = elapsed_ns - known_ns});
}

// A source counts from its own start. Counters of the daemon continue, so counts of earlier sources are added.
void CollectionPipeline::go_on_counting(event::SourceReport& report) {
  for (const event::LossCount& past : past_.losses) {
    const auto same = std::ranges::find(report.losses, past.cause, &event::LossCount::cause);
    same == report.losses.end() ? report.losses.push_back(past) : static_cast<void>(same->records += past.records);
  }
  for (const event::ProgramMisses& past : past_.misses) {
    const auto same = std::ranges::find(report.misses, past.program, &event::ProgramMisses::program);
    same == report.misses.end() ? report.misses.push_back(past) : static_cast<void>(same->misses += past.misses);
  }
  counts_ = {.host = {}, .losses = report.losses, .misses = report.misses};
}

}  // namespace procledger::collector
