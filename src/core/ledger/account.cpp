// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/account.hpp"

#include <algorithm>

namespace procledger::ledger {

CpuSplit split_cpu(CpuSplit shown, std::uint64_t total_ns, std::uint64_t user_ticks_ns, std::uint64_t system_ticks_ns) {
  const std::uint64_t shown_total = shown.user_ns + shown.system_ns;
  if (total_ns <= shown_total) return shown;
  const std::uint64_t ticks = user_ticks_ns + system_ticks_ns;
  const long double share = ticks == 0 ? 0.0L : static_cast<long double>(system_ticks_ns) / static_cast<long double>(ticks);
  const auto wanted = static_cast<std::uint64_t>(static_cast<long double>(total_ns) * share);
  const std::uint64_t system = std::clamp(wanted, shown.system_ns, total_ns - shown.user_ns);
  return {.user_ns = total_ns - system, .system_ns = system};
}

ChildUsage& ChildUsage::operator+=(const ChildUsage& more) {
  total += more.total;
  cpu.user_ns += more.cpu.user_ns;
  cpu.system_ns += more.cpu.system_ns;
  return *this;
}

ChildUsage child_usage_of(const event::TaskCounters& own) {
  return {.total = own, .cpu = split_cpu({}, own.cpu_ns, own.user_ticks_ns, own.system_ticks_ns)};
}

void Lifetimes::observe(std::uint64_t lifetime_ns) {
  const double seconds = static_cast<double>(lifetime_ns) / 1e9;
  const auto bound = std::ranges::lower_bound(kLifetimeBounds, seconds);
  ++buckets[static_cast<std::size_t>(bound - kLifetimeBounds.begin())];
  sum_ns += lifetime_ns;
}

void Account::hold(const event::ProcessUsage& holding) {
  if (holding.memory) {
    const event::Memory& memory = *holding.memory;
    holdings.memory.anonymous += memory.anonymous;
    holdings.memory.file += memory.file;
    holdings.memory.shared += memory.shared;
    holdings.memory.swapped += memory.swapped;
    holdings.memory.mapped += memory.mapped;
    holdings.memory.hugetlb += memory.hugetlb;
    peak_bytes = std::max(peak_bytes, memory.peak);
    ++holdings.with_memory;
  }
  if (holding.files) {
    holdings.open_files += holding.files->open;
    const double limit = static_cast<double>(std::max<std::uint64_t>(holding.files->limit, 1));
    holdings.worst_file_ratio = std::max(holdings.worst_file_ratio, static_cast<double>(holding.files->open) / limit);
    ++holdings.with_files;
  }
}

void Account::count_exit(std::uint32_t status, std::uint64_t start_boottime_ns, std::uint64_t exit_boottime_ns) {
  ++exits[static_cast<std::size_t>(exit_reason(status))];
  lifetimes.observe(exit_boottime_ns > start_boottime_ns ? exit_boottime_ns - start_boottime_ns : 0);
}

}  // namespace procledger::ledger
