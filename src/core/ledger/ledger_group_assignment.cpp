// SPDX-License-Identifier: Apache-2.0
// Which group a process belongs to: when that is asked, what is told for it, and what becomes of the answer.
#include <utility>
#include <vector>

#include "core/ledger/ledger.hpp"

namespace procledger::ledger {
namespace {

// Longer than any family, unless reused handles made a ring of it.
constexpr int kMostAncestors = 4096;

class KnownAncestry final : public Ancestry {
 public:
  KnownAncestry(const ProcessTable& processes, const Process& process) : processes_{processes}, process_{process} {}

  [[nodiscard]] bool descends_from(std::uint32_t tgid) const override {
    if (process_.id.tgid == tgid) return true;
    const Process* process = &process_;
    for (int steps = 0; steps < kMostAncestors && process->parent; ++steps) {
      if (process->parent->tgid == tgid) return true;
      const ProcessPtr parent = processes_.find(*process->parent);
      if (!parent || parent->birth_ns > process->birth_ns) return false;
      process = parent.get();  // the table keeps it
    }
    return false;
  }

 private:
  const ProcessTable& processes_;
  const Process& process_;
};

}  // namespace

Account& Ledger::account(const Decision& decision) {
  if (decision.group >= accounts_.size()) accounts_.resize(decision.group + std::size_t{1});
  Account& account = accounts_[decision.group];
  if (decision.fresh) {
    account = Account{};
    thread_names_.forget(decision.group);
  }
  account.series = decision.series;
  return account;
}

void Ledger::join(Process& process, const Decision& decision) {
  ++account(decision).members;
  process.group = decision.group;
  process.generation = decision.generation;
  process.claimed = decision.claimed;
  process.own_threads = decision.own_threads;
  if (decision.learnt) process.program = decision.learnt;
}

void Ledger::move_to(Process& process, const Decision& decision) {
  settle_split(process);
  Account& old = accounts_[process.group];
  if (old.members > 0) --old.members;
  join(process, decision);
}

// The membership of a living process, if a rule gave it.
std::optional<Membership> Ledger::claim_of(event::ProcessId id, std::uint64_t childs_birth_ns) const {
  const ProcessPtr process = processes_.find(id);
  if (!process || !process->claimed || process->birth_ns > childs_birth_ns) return std::nullopt;
  return Membership{.group = process->group, .generation = process->generation, .claimed = true};
}

Decision Ledger::decide(const Process& process) {
  const KnownAncestry ancestry{processes_, process};
  ProcessFacts facts{.comm = process.comm.view(),
                     .program = process.program,
                     .tgid = process.id.tgid,
                     .parent_tgid = process.parent ? process.parent->tgid : 0,
                     .uid = process.uid,
                     .birth_ns = process.birth_ns,
                     .cgroup_id = process.cgroup_id,
                     .kernel_thread = process.kernel_thread,
                     .dead = process.dead,
                     .ancestry = &ancestry,
                     .creator = {},
                     .heritage = process.heritage};
  if (process.forked) {
    const ProcessPtr creator = processes_.find(process.creator);
    const bool same_program = creator && creator->birth_ns <= process.birth_ns && creator->program == process.program;
    if (same_program) facts.creator = Membership{creator->group, creator->generation, creator->claimed};
  }
  return classifier_.decide(facts);
}

// Takes up a new identity and the group that follows from it. What was earned stays where it was earned.
void Ledger::regroup(Process& process, const event::Observation& seen, std::uint64_t time_ns) {
  take_identity(process, seen);
  process.leader = seen.task.handle;
  process.changed_ns = time_ns;
  process.forked = false;
  move_to(process, decide(process));
}

// Of two processes that are decided, the one that made the other comes first, so that it can leave it its group.
void Ledger::decide_all() {
  ++round_;
  std::vector<ProcessPtr> line;
  for (const auto& [handle, process] : processes_) {
    for (ProcessPtr each = process; each && each->decided != round_; each = processes_.find(each->creator)) {
      each->decided = round_;
      line.push_back(each);
    }
    for (; !line.empty(); line.pop_back()) decide_once_more(*line.back());
  }
}

// Time that is under way belongs to the group that the process had while it passed.
void Ledger::decide_once_more(Process& process) {
  const ProcessPtr creator = processes_.find(process.creator);
  if (creator && creator->birth_ns <= process.birth_ns) process.heritage = claim_of(process.creator, process.birth_ns);
  process.left_group = process.group;
  move_to(process, decide(process));
  if (process.group != process.left_group) process.left_in_walk = walk_;
}

// The first walk may meet a process before the one that started it.
void Ledger::settle_heritages() {
  for (const auto& [handle, process] : processes_) {
    if (!process->heritage && !process->claimed && claim_of(process->creator, process->birth_ns)) return decide_all();
  }
}

void Ledger::settle_split(Process& process) {
  if (!options_.split_by_process) return;
  const CpuSplit before = process.split;
  process.split = split_cpu(before, process.own.cpu_ns, process.own.user_ticks_ns, process.own.system_ticks_ns);
  CpuSplit& sum = accounts_[process.group].by_process;
  sum.user_ns += process.split.user_ns - before.user_ns;
  sum.system_ns += process.split.system_ns - before.system_ns;
}

}  // namespace procledger::ledger
