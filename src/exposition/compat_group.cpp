// SPDX-License-Identifier: Apache-2.0
#include "exposition/compat_group.hpp"

#include <algorithm>
#include <cmath>

namespace procledger::exposition {
namespace {

void add(ledger::CpuSplit& sum, const ledger::CpuSplit& more) {
  sum.user_ns += more.user_ns;
  sum.system_ns += more.system_ns;
}

void add(std::optional<std::uint64_t>& sum, const std::optional<std::uint64_t>& more) {
  if (more) sum = sum.value_or(0) + *more;
}

CompatState compat_state(event::State state) {
  switch (state) {
    case event::State::kRunning:
      return CompatState::kRunning;
    case event::State::kSleeping:
      return CompatState::kSleeping;
    case event::State::kDiskSleep:
      return CompatState::kWaiting;
    case event::State::kZombie:
      return CompatState::kZombie;
    case event::State::kStopped:
    case event::State::kIdle:
    case event::State::kOther:
      break;
  }
  return CompatState::kOther;
}

void fold_holdings(CompatGroup& group, const ledger::Holdings& holdings) {
  group.memory.anonymous += holdings.memory.anonymous;
  group.memory.file += holdings.memory.file;
  group.memory.shared += holdings.memory.shared;
  group.memory.swapped += holdings.memory.swapped;
  group.memory.mapped += holdings.memory.mapped;
  group.open_files += holdings.open_files;
  group.worst_file_ratio = std::max(group.worst_file_ratio, holdings.worst_file_ratio);
}

void fold_account(CompatGroup& group, const ledger::Account& account) {
  group.processes += account.processes + account.zombies;
  group.threads += account.threads + account.zombies;
  add(group.cpu, account.by_process);
  group.total += account.total;
  fold_holdings(group, account.holdings);
  for (std::size_t state = 0; state < event::kStateCount; ++state) {
    group.states[static_cast<std::size_t>(compat_state(static_cast<event::State>(state)))] += account.thread_states[state];
  }
}

void fold_threads(CompatGroup& group, const std::vector<metrics::ThreadNameRow>& rows) {
  for (const auto& row : rows) {
    CompatThreads& threads = group.thread_names[row.name];
    threads.living += row.living;
    threads.total += row.total;
    add(threads.cpu, row.cpu);
  }
}

void fold(CompatGroup& group, const metrics::GroupRow& row) {
  fold_account(group, row.account);
  add(group.proportional_bytes, row.proportional_bytes);
  add(group.proportional_swap_bytes, row.proportional_swap_bytes);
  if (row.oldest_start_seconds) {
    const double start = std::floor(*row.oldest_start_seconds);
    group.oldest_start_seconds = std::min(group.oldest_start_seconds.value_or(start), start);
  }
  for (const auto& [channel, threads] : row.wait_channels) group.wait_channels[channel] += threads;
  fold_threads(group, row.thread_names);
}

}  // namespace

CompatGroups compat_groups(const std::vector<metrics::GroupRow>& rows, bool with_empty) {
  CompatGroups groups;
  for (const auto& row : rows) fold(groups[row.name], row);
  if (!with_empty) std::erase_if(groups, [](const auto& entry) { return entry.second.processes == 0; });
  return groups;
}

}  // namespace procledger::exposition
