// SPDX-License-Identifier: Apache-2.0
#include "sources/proc/children_estimate.hpp"

#include <utility>

namespace procledger::proc {
namespace {

// Bound of the search for ancestors, longer than any real chain: reused PIDs may form a cycle.
constexpr int kLongestChain = 256;

CpuSplit growth(const CpuSplit& now, const CpuSplit& before) {
  const auto more = [](std::uint64_t a, std::uint64_t b) { return a > b ? a - b : 0; };
  return {.user_ns = more(now.user_ns, before.user_ns), .system_ns = more(now.system_ns, before.system_ns)};
}

CpuSplit larger(const CpuSplit& a, const CpuSplit& b) {
  return {.user_ns = std::max(a.user_ns, b.user_ns), .system_ns = std::max(a.system_ns, b.system_ns)};
}

}  // namespace

void ChildrenEstimate::see(ProcessKey process, const Kin& kin, CpuSplit children, bool older_than_source) {
  const auto [at, fresh] = nodes_.try_emplace(process);
  Node& node = at->second;
  node.parent = kin.parent;
  node.ignores_children = kin.ignores_children;
  if (fresh && older_than_source) node.counted = children;
  const CpuSplit more = growth(children, node.counted);
  if (more.total() == 0) return;
  node.fresh += more;
  node.counted = larger(node.counted, children);
  unsettled_.insert(process);
}

void ChildrenEstimate::vanish(ProcessKey process, std::optional<ProcessKey> parent, CpuSplit own, Gone gone) {
  const auto [at, never_seen] = nodes_.try_emplace(process);
  Node& node = at->second;
  if (never_seen) node.parent = parent;
  node.gone = true;
  debts_.push_back({.process = process, .owed = own, .gone = gone});
}

ChildrenEstimate::Nodes::value_type* ChildrenEstimate::find(std::optional<ProcessKey> process) {
  const auto at = process ? nodes_.find(*process) : nodes_.end();
  return at == nodes_.end() ? nullptr : &*at;
}

// Finds the living process whose child usage includes the gone process: the parent, or, when the parent is gone as well, the process that
// reaped the parent and with it the parent's child usage.
void ChildrenEstimate::find_reaper(Debt& debt) {
  auto* reaper = find(nodes_.at(debt.process).parent);
  for (int length = 0; reaper != nullptr && length < kLongestChain && !debt.uncredited; ++length) {
    debt.uncredited = reaper->second.ignores_children;
    if (!reaper->second.gone) break;
    reaper = find(reaper->second.parent);
  }
  debt.reaper = debt.uncredited || reaper == nullptr || reaper->second.gone ? nullptr : reaper;
}

// The kernel reparents an orphan to an ancestor, which then reaps it.
void ChildrenEstimate::climb(const Node& from, CpuSplit& owed) {
  auto* ancestor = find(from.parent);
  for (int length = 0; ancestor != nullptr && length < kLongestChain && owed.total() > 0; ++length) {
    if (!ancestor->second.gone) ancestor->second.fresh.pay(owed);
    ancestor = find(ancestor->second.parent);
  }
}

void ChildrenEstimate::pay_carried() {
  for (const ProcessKey& key : unsettled_) {
    auto* const at = find(key);
    if (at == nullptr || at->second.gone) continue;
    Node& node = at->second;
    node.fresh.pay(node.remainder);
    node.fresh.pay(node.carried);
    node.remainder += std::exchange(node.carried, {});
  }
}

// A gone process leaves its own CPU time, its child usage and its debts. Growth of its child usage in this scan was not emitted, so it does
// not count as owed.
void ChildrenEstimate::pay_debts() {
  for (Debt& debt : debts_) {
    const Node& gone = nodes_.at(debt.process);
    debt.owed += gone.counted;
    debt.owed += gone.remainder;
    debt.owed += gone.carried;
    CpuSplit unreported = gone.fresh;
    unreported.pay(debt.owed);
    find_reaper(debt);
    if (debt.reaper == nullptr) continue;
    Node& reaper = debt.reaper->second;
    reaper.fresh.pay(debt.owed);
    if (debt.owed.total() == 0) continue;
    (debt.gone == Gone::kWhileReading ? reaper.carried : reaper.remainder) += debt.owed;
    unsettled_.insert(debt.reaper->first);
  }
}

// A debt below two ticks shows up in child usage when the next tick is full. The excess was credited to an ancestor further up, or to none.
void ChildrenEstimate::settle_remainders() {
  for (const ProcessKey& key : unsettled_) {
    auto* const at = find(key);
    if (at == nullptr || at->second.gone) continue;
    Node& node = at->second;
    if (node.remainder.total() > slack_ns_) climb(node, node.remainder);
    const std::uint64_t owed = node.remainder.total();
    node.overdrawn = owed > slack_ns_;
    if (node.overdrawn) static_cast<void>(node.remainder.take(owed - slack_ns_));
  }
}

void ChildrenEstimate::judge(Outcome& outcome) {
  for (const Debt& debt : debts_) {
    if (debt.reaper != nullptr) outcome.reaped[debt.reaper->first].push_back(debt.process);
    const bool unpaid = debt.owed.total() > 0 && debt.gone == Gone::kBeforeReading;
    if (debt.uncredited || (unpaid && debt.reaper != nullptr && debt.reaper->second.overdrawn)) outcome.unclaimed.insert(debt.process);
  }
}

ChildrenEstimate::Outcome ChildrenEstimate::settle() {
  Outcome outcome;
  pay_carried();
  pay_debts();
  settle_remainders();
  judge(outcome);
  std::set<ProcessKey> carrying;
  for (const ProcessKey& key : std::exchange(unsettled_, {})) {
    auto* const at = find(key);
    if (at == nullptr || at->second.gone) continue;
    Node& node = at->second;
    if (node.fresh.total() > 0) outcome.estimates.emplace(key, std::exchange(node.fresh, {}));
    if (node.carried.total() > 0) carrying.insert(key);
  }
  unsettled_ = std::move(carrying);
  for (const Debt& debt : debts_) nodes_.erase(debt.process);
  debts_.clear();
  return outcome;
}

}  // namespace procledger::proc
