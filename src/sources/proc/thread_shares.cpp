// SPDX-License-Identifier: Apache-2.0
#include "sources/proc/thread_shares.hpp"

#include <algorithm>
#include <array>

namespace procledger::proc {
namespace {

constexpr std::array kSummed{&event::TaskCounters::cpu_ns, &event::TaskCounters::user_ticks_ns, &event::TaskCounters::system_ticks_ns,
                             &event::TaskCounters::minor_faults, &event::TaskCounters::major_faults};

void hold_back(std::uint64_t excess, std::span<Share> threads, std::uint64_t event::TaskCounters::* figure) {
  for (Share& thread : threads) {
    const std::uint64_t less = std::min(excess, thread.now.*figure - thread.told.*figure);
    thread.now.*figure -= less;
    excess -= less;
  }
}

}  // namespace

void share_out(const ProcessSums& sums, std::span<Share> threads, const event::TaskCounters& ended, event::TaskCounters& rest) {
  for (Share& thread : threads) thread.now = event::larger(thread.now, thread.told);
  for (const auto figure : kSummed) {
    std::uint64_t shown = ended.*figure + rest.*figure;
    for (const Share& thread : threads) shown += thread.now.*figure;
    if (shown <= sums.*figure) {
      rest.*figure += sums.*figure - shown;
    } else {
      hold_back(shown - sums.*figure, threads, figure);
    }
  }
}

}  // namespace procledger::proc
