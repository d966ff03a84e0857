// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/host_cpu.hpp"

#include <algorithm>
#include <utility>

namespace procledger::ledger {
namespace {

using Part = std::optional<std::uint64_t>;

/// The growth of a part since the first reading of these clocks, plus its growth before. If a clock steps back (a CPU went offline), the
/// part stands still.
Part grown(const Part& before, const Part& first, const Part& now, const Part& shown) {
  if (!first || !now) return std::nullopt;
  const std::uint64_t since_first = *now > *first ? *now - *first : 0;
  return std::max(before.value_or(0) + since_first, shown.value_or(0));
}

}  // namespace

void HostLedger::apply(const event::HostReading& reading, std::uint64_t tasks_ns) {
  if (!first_) {
    first_ = reading;
    first_tasks_ns_ = tasks_ns;
    last_monotonic_ns_ = reading.monotonic_ns;
  }
  if (std::exchange(clocks_changed_, false)) first_ = reading;
  if (tasks_ns > first_tasks_ns_) account_.tasks_ns = std::max(account_.tasks_ns, tasks_ns - first_tasks_ns_);
  account_.idle_ns = grown(before_.idle_ns, first_->idle_ns, reading.idle_ns, account_.idle_ns);
  account_.irq_ns = grown(before_.irq_ns, first_->irq_ns, reading.irq_ns, account_.irq_ns);
  account_.softirq_ns = grown(before_.softirq_ns, first_->softirq_ns, reading.softirq_ns, account_.softirq_ns);
  account_.steal_ns = grown(before_.steal_ns, first_->steal_ns, reading.steal_ns, account_.steal_ns);
  account_.cpus = reading.cpus;
  if (reading.monotonic_ns > last_monotonic_ns_) {
    account_.capacity_ns += (reading.monotonic_ns - last_monotonic_ns_) * reading.cpus;
    last_monotonic_ns_ = reading.monotonic_ns;
  }

  account_.residual_ns.reset();
  if (!account_.idle_ns) return;
  const std::uint64_t parts =
      account_.tasks_ns + *account_.idle_ns + account_.irq_ns.value_or(0) + account_.softirq_ns.value_or(0) + account_.steal_ns.value_or(0);
  account_.residual_ns = static_cast<std::int64_t>(account_.capacity_ns) - static_cast<std::int64_t>(parts);
}

// A part that the previous source did not report keeps its last reported value.
void HostLedger::change_clocks(std::optional<std::uint64_t> idle_between_ns) {
  const auto keep = [](Part& before, const Part& now) { before = now ? now : before; };
  keep(before_.idle_ns, account_.idle_ns);
  keep(before_.irq_ns, account_.irq_ns);
  keep(before_.softirq_ns, account_.softirq_ns);
  keep(before_.steal_ns, account_.steal_ns);
  if (before_.idle_ns) *before_.idle_ns += idle_between_ns.value_or(0);
  clocks_changed_ = true;
}

}  // namespace procledger::ledger
