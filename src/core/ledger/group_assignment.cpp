// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/group_assignment.hpp"

#include <vector>

namespace procledger::ledger {
namespace {

// Longer than any real chain of ancestors. Only reused handles can form a ring.
constexpr int kMaxAncestors = 4096;

class KnownAncestry final : public Ancestry {
 public:
  KnownAncestry(const ProcessTable& processes, const Process& process) : processes_{processes}, process_{process} {}

  [[nodiscard]] bool descends_from(std::uint32_t tgid) const override {
    if (process_.id.tgid == tgid) return true;
    const Process* process = &process_;
    for (int steps = 0; steps < kMaxAncestors && process->identity.parent; ++steps) {
      if (process->identity.parent->tgid == tgid) return true;
      const ProcessPtr parent = processes_.find(*process->identity.parent);
      if (!parent || parent->start_boottime_ns > process->start_boottime_ns) return false;
      process = parent.get();  // the table keeps it alive
    }
    return false;
  }

 private:
  const ProcessTable& processes_;
  const Process& process_;
};

}  // namespace

void GroupAssignment::place(Process& process, const Decision& decision) {
  ++accounts_.open(decision).members;
  process.placement.group = decision.group;
  process.placement.generation = decision.generation;
  process.placement.claimed = decision.claimed;
  process.placement.own_threads = decision.own_threads;
  if (decision.learnt) process.identity.program = decision.learnt;
}

void GroupAssignment::leave(Process& process) {
  charging_.settle_split(process);
  Account& account = accounts_[process.group()];
  if (account.members > 0) --account.members;
}

void GroupAssignment::move_to(Process& process, const Decision& decision) {
  leave(process);
  place(process, decision);
}

void GroupAssignment::move(Process& process) { move_to(process, decide(process)); }

std::optional<Membership> GroupAssignment::matched_group(event::ProcessId id, std::uint64_t child_start_ns) const {
  const ProcessPtr process = processes_.find(id);
  if (!process || !process->placement.claimed || process->start_boottime_ns > child_start_ns) return std::nullopt;
  return Membership{.group = process->group(), .generation = process->placement.generation, .claimed = true};
}

Decision GroupAssignment::decide(const Process& process) {
  const KnownAncestry ancestry{processes_, process};
  const Identity& identity = process.identity;
  ProcessFacts facts{.comm = identity.comm.view(),
                     .program = identity.program,
                     .tgid = process.id.tgid,
                     .parent_tgid = identity.parent ? identity.parent->tgid : 0,
                     .uid = identity.uid,
                     .start_boottime_ns = process.start_boottime_ns,
                     .cgroup_id = identity.cgroup_id,
                     .kernel_thread = identity.kernel_thread,
                     .dead = process.end.threads_exited(),
                     .ancestry = &ancestry,
                     .creator = {},
                     .inherited = process.placement.inherited};
  if (identity.forked) {
    const ProcessPtr creator = processes_.find(identity.creator);
    const bool same_program =
        creator && creator->start_boottime_ns <= process.start_boottime_ns && creator->identity.program == identity.program;
    if (same_program) facts.creator = Membership{creator->group(), creator->placement.generation, creator->placement.claimed};
  }
  return classifier_.decide(facts);
}

void GroupAssignment::reclassify_all(std::uint64_t scan) {
  ++round_;
  std::vector<ProcessPtr> line;
  for (const auto& [handle, process] : processes_) {
    for (ProcessPtr each = process; each && each->placement.round != round_; each = processes_.find(each->identity.creator)) {
      each->placement.round = round_;
      line.push_back(each);
    }
    for (; !line.empty(); line.pop_back()) reclassify(*line.back(), scan);
  }
}

// CPU time of the current slice belongs to the group that the process had while the time passed.
void GroupAssignment::reclassify(Process& process, std::uint64_t scan) {
  Placement& placement = process.placement;
  const ProcessPtr creator = processes_.find(process.identity.creator);
  if (creator && creator->start_boottime_ns <= process.start_boottime_ns)
    placement.inherited = matched_group(process.identity.creator, process.start_boottime_ns);
  placement.left_group = placement.group;
  move(process);
  if (placement.group != placement.left_group) placement.left_in_scan = scan;
}

void GroupAssignment::settle_inheritance(std::uint64_t scan) {
  for (const auto& [handle, process] : processes_) {
    const Placement& placement = process->placement;
    if (placement.inherited || placement.claimed) continue;
    if (matched_group(process->identity.creator, process->start_boottime_ns)) return reclassify_all(scan);
  }
}

}  // namespace procledger::ledger
