// SPDX-License-Identifier: Apache-2.0
#include "core/grouping/grouping.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/grouping/group_table.hpp"

namespace procledger::grouping {
namespace {

/// Adds "comm:" to an empty or reserved name. A process may name itself "(kernel)" or "" by prctl(PR_SET_NAME), but must not get into a
/// reserved group, and Prometheus treats a label with an empty value as no label.
std::string own_name(const std::string& name, std::string_view comm) {
  if (name.empty()) return "comm:" + std::string{comm};
  return is_reserved(name) ? "comm:" + name : name;
}

ledger::Series series_of(const rules::SeriesOptions& options) {
  return {.thread_names = options.threads == rules::ThreadSeries::kByName,
          .threads = options.threads == rules::ThreadSeries::kByTid,
          .processes = options.processes};
}

/// The union: each series that one of the two options has.
rules::SeriesOptions united(const rules::SeriesOptions& one, const rules::SeriesOptions& other) {
  return {.threads = std::max(one.threads, other.threads),
          .processes = one.processes || other.processes,
          .pss = one.pss || other.pss,
          .sockets = one.sockets || other.sockets};
}

}  // namespace

Grouping::Grouping(rules::HostLookup& host, Policy policy, SipKey key, std::uint32_t self)
    : host_{host},
      policy_{std::move(policy)},
      cache_{std::make_unique<rules::MatchCache>(policy_.rules(), key)},
      self_{self},
      table_{policy_.limits()} {
  enter_fixed();
}

void Grouping::replace(Policy policy, SipKey key) {
  policy_ = std::move(policy);
  cache_ = std::make_unique<rules::MatchCache>(policy_.rules(), key);
  table_.set_limits(policy_.limits());
  for (ledger::GroupId id = 0; id < table_.size(); ++id) table_.set_configured(id, false);
  for (Traits& traits : traits_) traits.series = {};  // series of the old rules
  enter_fixed();
}

// The page shows groups with fixed names from the start, with 0 processes.
void Grouping::enter_fixed() {
  for (const rules::RuleMatch& match : policy_.fixed()) {
    GroupKey key{match.name, match.labels};
    const ledger::Decision entered = table_.intern(key);
    table_.set_configured(with_traits(entered, std::move(key), match.series, true).group, true);
  }
}

ledger::Decision Grouping::decide(const ledger::ProcessFacts& facts) {
  rules::ProcessAttributes process{host_, facts, policy_.required()};
  ledger::Decision decision = group_of(process);
  if (!policy_.wants_threads_of(process)) return decision;
  if (decision.group == hidden_) {
    ledger::ProgramPtr learnt = std::move(decision.learnt);
    decision = enter({own_name(std::string{facts.comm}, facts.comm), {}}, {}, false, process);
    decision.learnt = std::move(learnt);
  }
  decision.own_threads = true;
  return decision;
}

ledger::Decision Grouping::group_of(rules::ProcessAttributes& process) {
  if (policy_.excludes_self() && process.tgid() == self_) return hidden();
  // Until exec, a child runs the program of its creator. This also holds for helpers that the kernel starts.
  const auto& creator = process.facts().creator;
  if (policy_.inherits() && !process.kernel_thread() && creator && exists(*creator)) return join(*creator, process);
  return by_rules(process);
}

ledger::Decision Grouping::by_rules(rules::ProcessAttributes& process) {
  const bool kernel_thread = process.kernel_thread();
  if (!kernel_thread && process.program_incomplete()) ++facts_cut_;

  std::shared_ptr<const rules::RuleMatch> match = cache_->match(process);
  if (match && kernel_thread && !policy_.takes_kernel_threads(match->rule)) match.reset();

  const auto& inherited = process.facts().inherited;
  ledger::Decision decision;
  if (match) {
    decision = enter({own_name(match->name, process.comm()), match->labels}, match->series, true, process);
  } else if (policy_.inherits() && inherited && exists(*inherited)) {
    decision = join(*inherited, process);
  } else if (const auto fallback = policy_.rules()->fallback(process); !fallback) {
    decision = hidden();
  } else if (kernel_thread) {
    decision = intern_reserved(kKernelGroup);
  } else {
    decision = enter({own_name(fallback->name, process.comm()), fallback->labels}, fallback->series, false, process);
  }
  decision.learnt = process.learnt_program();
  return decision;
}

bool Grouping::exists(const ledger::Membership& membership) const {
  return membership.group < table_.size() && table_.generation(membership.group) == membership.generation;
}

// With place labels, a process may need a group with the same base as the inherited group but with other labels. `enter` gets copies of the
// traits, since it may reallocate them.
ledger::Decision Grouping::join(const ledger::Membership& membership, rules::ProcessAttributes& process) {
  const Traits& traits = traits_[membership.group];
  if (membership.group == hidden_) return hidden();
  if (!policy_.has_place_labels() || table_.is_reserved(membership.group)) {
    ledger::Decision decision = table_.join(membership.group);
    decision.claimed = membership.claimed;
    decision.generation = membership.generation;
    decision.series = series_of(traits.series);
    return decision;
  }
  return enter(traits.base, traits.series, membership.claimed, process);
}

ledger::Decision Grouping::enter(GroupKey base, rules::SeriesOptions series, bool claimed, rules::ProcessAttributes& process) {
  GroupKey key = base;
  for (auto& label : policy_.place_labels(process)) key.labels.push_back(std::move(label));
  return with_traits(table_.intern(std::move(key)), std::move(base), series, claimed);
}

ledger::Decision Grouping::intern_reserved(std::string_view name) {
  return with_traits(table_.intern_reserved(name), {std::string{name}, {}}, {}, false);
}

ledger::Decision Grouping::with_traits(ledger::Decision decision, GroupKey base, rules::SeriesOptions series, bool claimed) {
  if (decision.group >= traits_.size()) traits_.resize(decision.group + std::size_t{1});
  const bool limited = table_.is_reserved(decision.group);  // "(other)" does not get the series of the groups in it
  Traits& traits = traits_[decision.group];
  // Several rules may give the same name. The group has all series of these rules.
  const rules::SeriesOptions wanted = decision.fresh ? series : united(traits.series, series);
  traits = limited ? Traits{table_.key(decision.group), {}} : Traits{std::move(base), wanted};
  decision.claimed = claimed && !limited;
  decision.generation = table_.generation(decision.group);
  decision.series = series_of(traits.series);
  return decision;
}

ledger::Decision Grouping::hidden() {
  const ledger::Decision decision = intern_reserved(kUnmatchedGroup);
  hidden_ = decision.group;
  return decision;
}

}  // namespace procledger::grouping
