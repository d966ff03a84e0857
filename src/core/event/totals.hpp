// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace procledger::event {

/// Consumption since birth, never a difference. Of one task: neither its children's nor, where it is a leader, other threads'. A figure
/// that the kernel does not keep is 0 here and said to be absent in KernelFacts.
struct Totals {
  std::uint64_t cpu_ns{};           ///< what the scheduler charged: exact
  std::uint64_t user_ticks_ns{};    ///< tick samples, only good as a ratio over many tasks
  std::uint64_t system_ticks_ns{};  ///< likewise
  std::uint64_t wait_ns{};          ///< runnable but not running
  std::uint64_t voluntary_switches{};
  std::uint64_t involuntary_switches{};
  std::uint64_t minor_faults{};
  std::uint64_t major_faults{};
  std::uint64_t storage_read_bytes{};
  std::uint64_t storage_written_bytes{};
  std::uint64_t call_read_bytes{};  ///< by read(2) and its like: from a cache, a pipe or a socket, too
  std::uint64_t call_written_bytes{};
  std::uint64_t call_reads{};
  std::uint64_t call_writes{};

  bool operator==(const Totals&) const = default;
};

/// Every figure, for what is done to all alike.
inline constexpr std::array kTotals{&Totals::cpu_ns,
                                    &Totals::user_ticks_ns,
                                    &Totals::system_ticks_ns,
                                    &Totals::wait_ns,
                                    &Totals::voluntary_switches,
                                    &Totals::involuntary_switches,
                                    &Totals::minor_faults,
                                    &Totals::major_faults,
                                    &Totals::storage_read_bytes,
                                    &Totals::storage_written_bytes,
                                    &Totals::call_read_bytes,
                                    &Totals::call_written_bytes,
                                    &Totals::call_reads,
                                    &Totals::call_writes};
static_assert(sizeof(Totals) == kTotals.size() * sizeof(std::uint64_t));

constexpr Totals& operator+=(Totals& sum, const Totals& more) {
  for (const auto figure : kTotals) sum.*figure += more.*figure;
  return sum;
}

/// Figure by figure, 0 where `less` is larger.
[[nodiscard]] constexpr Totals beyond(const Totals& total, const Totals& less) {
  Totals rest;
  for (const auto figure : kTotals) rest.*figure = total.*figure > less.*figure ? total.*figure - less.*figure : 0;
  return rest;
}

[[nodiscard]] constexpr Totals larger(const Totals& a, const Totals& b) {
  Totals result;
  for (const auto figure : kTotals) result.*figure = std::max(a.*figure, b.*figure);
  return result;
}

}  // namespace procledger::event
