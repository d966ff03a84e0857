// SPDX-License-Identifier: Apache-2.0
#include "sources/proc/thread_shares.hpp"

#include <algorithm>
#include <array>

namespace procledger::proc {
namespace {

constexpr std::array kSummed{&event::TaskCounters::cpu_ns, &event::TaskCounters::user_ticks_ns, &event::TaskCounters::system_ticks_ns,
                             &event::TaskCounters::minor_faults, &event::TaskCounters::major_faults};

void hold_back(std::uint64_t excess, std::span<Share> threads, std::uint64_t event::TaskCounters::* field) {
  for (Share& thread : threads) {
    const std::uint64_t less = std::min(excess, thread.now.*field - thread.emitted.*field);
    thread.now.*field -= less;
    excess -= less;
  }
}

}  // namespace

void share_out(const ProcessSums& sums, std::span<Share> threads, const event::TaskCounters& ended, event::TaskCounters& rest) {
  for (Share& thread : threads) thread.now = event::larger(thread.now, thread.emitted);
  for (const auto field : kSummed) {
    std::uint64_t shown = ended.*field + rest.*field;
    for (const Share& thread : threads) shown += thread.now.*field;
    if (shown <= sums.*field) {
      rest.*field += sums.*field - shown;
    } else {
      hold_back(shown - sums.*field, threads, field);
    }
  }
}

}  // namespace procledger::proc
