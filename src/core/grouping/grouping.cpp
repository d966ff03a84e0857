// SPDX-License-Identifier: Apache-2.0
#include "core/grouping/grouping.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/grouping/group_table.hpp"
#include "core/grouping/process_view.hpp"

namespace procledger::grouping {
namespace {

using rules::Fact;

/// Any process may call itself "(kernel)" or nothing at all (prctl(PR_SET_NAME)): it must neither slip into a reserved group nor make a
/// label with an empty value, which Prometheus takes for no label.
std::string own_name(const std::string& name, std::string_view comm) {
  if (name.empty()) return "comm:" + std::string{comm};
  return is_reserved(name) ? "comm:" + name : name;
}

ledger::Series series_of(const rules::Detail& detail) {
  return {.thread_names = detail.threads == rules::ThreadSeries::kByName,
          .threads = detail.threads == rules::ThreadSeries::kByTid,
          .processes = detail.processes};
}

/// What any of two asks for.
rules::Detail both(const rules::Detail& one, const rules::Detail& other) {
  return {.threads = std::max(one.threads, other.threads),
          .processes = one.processes || other.processes,
          .pss = one.pss || other.pss,
          .sockets = one.sockets || other.sockets};
}

bool lacks(const ledger::Program* program, ProgramNeeds needs) {
  if (program == nullptr) return needs.args || needs.path || needs.env;
  return (needs.args && !program->args) || (needs.path && !program->path) || (needs.env && !program->env);
}

bool has_cut(const ledger::Program& program, ProgramNeeds needs) {
  return (needs.args && program.args_cut) || (needs.path && program.path_cut) || (needs.env && program.env_cut);
}

}  // namespace

Grouping::Grouping(World& world, Policy policy, SipKey key, std::uint32_t self)
    : world_{world},
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
  for (Traits& traits : traits_) traits.detail = {};  // what the rules before asked for
  enter_fixed();
}

// They are shown as 0 until somebody joins.
void Grouping::enter_fixed() {
  for (const rules::Verdict& verdict : policy_.fixed()) {
    const ledger::Decision entered = enter({verdict.name, verdict.labels}, verdict.detail, true, nullptr);
    table_.set_configured(entered.group, true);
  }
}

ledger::Decision Grouping::decide(const ledger::ProcessFacts& facts) {
  ledger::Decision decision = group_of(facts);
  if (!policy_.wants_threads_of(facts)) return decision;
  if (decision.group == hidden_) {
    const auto place = place_of(facts);
    ledger::ProgramPtr learnt = std::move(decision.learnt);
    decision = enter({own_name(std::string{facts.comm}, facts.comm), {}}, {}, false, place ? &*place : nullptr);
    decision.learnt = std::move(learnt);
  }
  decision.own_threads = true;
  return decision;
}

ledger::Decision Grouping::group_of(const ledger::ProcessFacts& facts) {
  if (policy_.excludes_self() && facts.tgid == self_) return hidden();
  // A child runs its creator's program until it calls exec, also a helper that the kernel started.
  if (policy_.inherits() && !facts.kernel_thread && facts.creator && exists(*facts.creator)) return join(*facts.creator, facts);
  return by_rules(facts);
}

ledger::Decision Grouping::by_rules(const ledger::ProcessFacts& facts) {
  const ProgramNeeds needs = policy_.program_needs();
  const ledger::ProgramPtr learnt = missing_program(facts);
  const ledger::Program* program = learnt ? learnt.get() : facts.program.get();
  if (!facts.kernel_thread && (lacks(program, needs) || (program != nullptr && has_cut(*program, needs)))) ++facts_cut_;

  const Asked asked{world_, facts, program, place_of(facts), policy_.rules()->needs()};
  std::shared_ptr<const rules::Verdict> verdict = cache_->decide(asked.subject(), asked);
  if (verdict && facts.kernel_thread && !policy_.takes_kernel_threads(verdict->rule)) verdict.reset();

  ledger::Decision decision;
  if (verdict) {
    decision = enter({own_name(verdict->name, facts.comm), verdict->labels}, verdict->detail, true, asked.place());
  } else if (policy_.inherits() && facts.heritage && exists(*facts.heritage)) {
    decision = join(*facts.heritage, facts);
  } else if (const auto fallback = policy_.rules()->fallback(asked.subject()); !fallback) {
    decision = hidden();
  } else if (facts.kernel_thread) {
    decision = intern_reserved(kKernelGroup);
  } else {
    decision = enter({own_name(fallback->name, facts.comm), fallback->labels}, fallback->detail, false, asked.place());
  }
  decision.learnt = learnt;
  return decision;
}

// What a record did not carry is asked for once: of a process that was there before us, or when rules want more than those before.
ledger::ProgramPtr Grouping::missing_program(const ledger::ProcessFacts& facts) {
  if (facts.kernel_thread || facts.dead || !lacks(facts.program.get(), policy_.program_needs())) return nullptr;
  return world_.program(facts.tgid, facts.birth_ns, policy_.program_needs().env);
}

bool Grouping::exists(const ledger::Membership& membership) const {
  return membership.group < table_.size() && table_.generation(membership.group) == membership.generation;
}

// The same group, or its like for another place.
ledger::Decision Grouping::join(const ledger::Membership& membership, const ledger::ProcessFacts& facts) {
  const Traits& traits = traits_[membership.group];
  if (membership.group == hidden_) return hidden();
  if (!policy_.has_place_labels() || table_.is_reserved(membership.group)) {
    ledger::Decision decision = table_.join(membership.group);
    decision.claimed = membership.claimed;
    decision.generation = membership.generation;
    decision.series = series_of(traits.detail);
    return decision;
  }
  const auto place = place_of(facts);
  return enter(traits.base, traits.detail, membership.claimed, place ? &*place : nullptr);
}

ledger::Decision Grouping::enter(GroupKey base, const rules::Detail& detail, bool claimed, const Place* place) {
  GroupKey key = base;
  for (auto& label : policy_.labels_of(place)) key.labels.push_back(std::move(label));
  return with_traits(table_.intern(std::move(key)), std::move(base), detail, claimed);
}

ledger::Decision Grouping::intern_reserved(std::string_view name) {
  return with_traits(table_.intern_reserved(name), {std::string{name}, {}}, {}, false);
}

ledger::Decision Grouping::with_traits(ledger::Decision decision, GroupKey base, const rules::Detail& detail, bool claimed) {
  if (decision.group >= traits_.size()) traits_.resize(decision.group + std::size_t{1});
  const bool limited = table_.is_reserved(decision.group);  // "(other)" has no traits of those that it takes in
  Traits& traits = traits_[decision.group];
  // Several rules may give one name; the group has what any of them asks for.
  const rules::Detail wanted = decision.fresh ? detail : both(traits.detail, detail);
  traits = limited ? Traits{table_.key(decision.group), {}} : Traits{std::move(base), wanted};
  decision.claimed = claimed && !limited;
  decision.generation = table_.generation(decision.group);
  decision.series = series_of(traits.detail);
  return decision;
}

ledger::Decision Grouping::hidden() {
  const ledger::Decision decision = intern_reserved(kUnmatchedGroup);
  hidden_ = decision.group;
  return decision;
}

std::optional<Place> Grouping::place_of(const ledger::ProcessFacts& facts) {
  if (!facts.cgroup_id || facts.kernel_thread || !policy_.needs_places()) return std::nullopt;
  return world_.place(*facts.cgroup_id);
}

}  // namespace procledger::grouping
