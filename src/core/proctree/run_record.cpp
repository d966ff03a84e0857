// SPDX-License-Identifier: Apache-2.0
#include "core/proctree/run_record.hpp"

#include <algorithm>

namespace procledger::proctree {
namespace {

void worsen(Qualities& worst, const Qualities& other) {
  worst.cpu = std::max(worst.cpu, other.cpu);
  worst.processes = std::max(worst.processes, other.processes);
  worst.work = std::max(worst.work, other.work);
}

void add(std::vector<event::LossCount>& sums, const event::LossCount& loss) {
  const auto known = std::ranges::find(sums, loss.cause, &event::LossCount::cause);
  if (known == sums.end()) {
    sums.push_back(loss);
  } else {
    known->records += loss.records;
  }
}

}  // namespace

Qualities qualities(const Run& run) {
  Qualities result;
  if (run.kernel.estimates) result = {.cpu = Quality::kEstimated, .processes = Quality::kExact, .work = Quality::kAtLeast};
  if (!run.kernel.lives) result.processes = Quality::kAtLeast;
  if (run.losses.empty() && run.values.unattributed_tasks == 0 && run.trouble.empty()) return result;
  if (result.cpu == Quality::kExact) result.cpu = Quality::kAtLeast;
  result.processes = Quality::kAtLeast;
  result.work = Quality::kAtLeast;
  return result;
}

DataQuality data_quality(std::span<const Run> runs) {
  DataQuality all;
  for (const Run& run : runs) {
    worsen(all.qualities, qualities(run));
    for (const event::LossCount& loss : run.losses) add(all.losses, loss);
    all.unattributed_tasks += run.values.unattributed_tasks;
    all.unattributed_cpu_ns += run.values.unattributed_cpu_ns;
    if (all.trouble.empty()) all.trouble = run.trouble;
    all.timed_out += run.timed_out ? 1 : 0;
    all.killed += run.killed ? 1 : 0;
  }
  return all;
}

}  // namespace procledger::proctree
