// SPDX-License-Identifier: Apache-2.0
#include "core/proctree/values.hpp"

#include <algorithm>

namespace procledger::proctree {

void complete(Values& values, const event::TaskCounters& reaped, std::uint64_t largest_bytes) {
  constexpr std::array kBoth{&event::TaskCounters::voluntary_switches, &event::TaskCounters::involuntary_switches,
                             &event::TaskCounters::minor_faults,       &event::TaskCounters::major_faults,
                             &event::TaskCounters::storage_read_bytes, &event::TaskCounters::storage_written_bytes};
  for (const auto field : kBoth) values.total.*field = std::max(values.total.*field, reaped.*field);
  if (largest_bytes > values.largest_bytes.value_or(0)) {
    values.largest_bytes = largest_bytes;
    values.largest_program.clear();
    values.peak_bytes = std::max(values.peak_bytes.value_or(0), largest_bytes);
  }
  if (reaped.cpu_ns <= values.cpu_ns()) return;
  const std::uint64_t unseen_ns = reaped.cpu_ns - values.cpu_ns();
  const ledger::CpuSplit all = ledger::split_cpu(values.cpu, reaped.cpu_ns, reaped.user_ticks_ns, reaped.system_ticks_ns);
  values.cpu = all;
  values.estimated_ns += unseen_ns;
  ProgramValues unseen{.name = "(unseen)", .total = {}, .cpu = {}, .estimated_ns = unseen_ns, .peak_bytes = {}};
  const auto place = std::ranges::find_if(values.programs, [&](const ProgramValues& each) { return each.cpu_ns() < unseen_ns; });
  values.programs.insert(place, std::move(unseen));
}

}  // namespace procledger::proctree
