// SPDX-License-Identifier: Apache-2.0
#include "core/proctree/figures.hpp"

#include <algorithm>

namespace procledger::proctree {

void complete(Figures& figures, const event::Totals& reaped, std::uint64_t largest_bytes) {
  constexpr std::array kBoth{&event::Totals::voluntary_switches, &event::Totals::involuntary_switches,
                             &event::Totals::minor_faults,       &event::Totals::major_faults,
                             &event::Totals::storage_read_bytes, &event::Totals::storage_written_bytes};
  for (const auto figure : kBoth) figures.total.*figure = std::max(figures.total.*figure, reaped.*figure);
  if (largest_bytes > figures.largest_bytes.value_or(0)) {
    figures.largest_bytes = largest_bytes;
    figures.largest_program.clear();
    figures.peak_bytes = std::max(figures.peak_bytes.value_or(0), largest_bytes);
  }
  if (reaped.cpu_ns <= figures.cpu_ns()) return;
  const std::uint64_t unseen_ns = reaped.cpu_ns - figures.cpu_ns();
  const ledger::CpuSplit all = ledger::split_cpu(figures.cpu, reaped.cpu_ns, reaped.user_ticks_ns, reaped.system_ticks_ns);
  figures.cpu = all;
  figures.estimated_ns += unseen_ns;
  ProgramFigures unseen{.name = "(unseen)", .total = {}, .cpu = {}, .estimated_ns = unseen_ns, .peak_bytes = {}};
  const auto place = std::ranges::find_if(figures.programs, [&](const ProgramFigures& each) { return each.cpu_ns() < unseen_ns; });
  figures.programs.insert(place, std::move(unseen));
}

}  // namespace procledger::proctree
