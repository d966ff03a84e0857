// SPDX-License-Identifier: Apache-2.0
// The values of a tree, as of its last scan.
#include <algorithm>

#include "core/proctree/tree.hpp"

namespace procledger::proctree {
namespace {

ExitCounts& operator+=(ExitCounts& sum, const ExitCounts& more) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += more[i];
  return sum;
}

bool has_ended(const ledger::Process& process) { return process.end.threads_exited() || process.state() == event::State::kZombie; }

}  // namespace

ProgramFigures Tree::program_figures(ledger::GroupId group, const ledger::Account& account) const {
  ProgramFigures figures{.name = programs_.name(group), .total = account.total, .cpu = account.shown, .peak_bytes = {}};
  figures.total.cpu_ns += account.running_ns;
  figures.estimated_ns = account.estimated.user_ns + account.estimated.system_ns;
  if (account.peak_bytes > 0) figures.peak_bytes = account.peak_bytes;
  figures.execs = account.execs;
  figures.exits = account.exits;
  if (group < runs_.size()) {
    figures.processes = runs_[group].ended;
    figures.longest_ns = runs_[group].longest_ns;
  }
  return figures;
}

// Adds the processes that the ledger still follows: live processes, zombies, and exited processes before their release.
void Tree::add_living(Figures& figures) const {
  std::unordered_map<ledger::GroupId, ProgramFigures*> by_group;
  for (ProgramFigures& program : figures.programs)
    by_group.emplace(static_cast<ledger::GroupId>(&program - figures.programs.data()) + Programs::kOther, &program);
  for (const auto& [key, member] : members_) {
    const ledger::Process& process = *member.process;
    const bool ended = has_ended(process);
    const std::uint64_t until_ns = ended && process.end.time_ns() > 0 ? process.end.time_ns() : last_look_ns_;
    if (const auto program = by_group.find(member.group); program != by_group.end()) {
      ProgramFigures& of = *program->second;
      ++of.processes;
      of.alive += ended ? 0 : 1;
      of.longest_ns = std::max(of.longest_ns, until_ns - std::min(until_ns, member.since_ns));
    }
    figures.alive += ended ? 0 : 1;
    if (member.node == kNoNode) continue;
    Node& node = figures.nodes[member.node];
    node.ending = !ended ? Ending::kLives : process.end.stage() == ledger::EndStage::kExited ? Ending::kEnded : Ending::kZombie;
    node.status_known = ended && member.status_known;
    node.status = process.end.status();
    node.end_ns = until_ns;
    node.cpu_ns = process.own.cpu_ns;
  }
}

Figures Tree::figures() const {
  Figures figures;
  figures.nodes = lineage_.nodes();
  figures.unlisted = lineage_.unlisted();
  figures.processes = started_;
  figures.most_alive = most_alive_;
  figures.looks = looks_;
  figures.unnamed_tasks = ledger_.anomalies().unnamed_tasks - unnamed_tasks_before_;
  figures.unnamed_cpu_ns = ledger_.anomalies().unnamed_cpu_ns - unnamed_cpu_before_ns_;
  const auto& accounts = ledger_.accounts();
  ledger::CpuSplit estimated;
  for (ledger::GroupId group = Programs::kOther; group < accounts.size(); ++group) {
    const ProgramFigures& program = figures.programs.emplace_back(program_figures(group, accounts[group]));
    figures.total += program.total;
    figures.exits += program.exits;
    estimated.user_ns += accounts[group].estimated.user_ns;
    estimated.system_ns += accounts[group].estimated.system_ns;
    if (program.peak_bytes > figures.largest_bytes) {
      figures.largest_bytes = program.peak_bytes;
      figures.largest_program = program.name;
    }
  }
  add_living(figures);
  for (ledger::GroupId group = 0; keep_nodes_ && group < accounts.size(); ++group) figures.node_names.push_back(programs_.name(group));
  figures.cpu = ledger::split_cpu({}, figures.total.cpu_ns, figures.total.user_ticks_ns, figures.total.system_ticks_ns);
  figures.cpu.user_ns += estimated.user_ns;
  figures.cpu.system_ns += estimated.system_ns;
  figures.estimated_ns = estimated.user_ns + estimated.system_ns;
  // All processes together had at least as much memory as the largest process at that moment.
  if (peak_bytes_ || figures.largest_bytes) figures.peak_bytes = std::max(peak_bytes_.value_or(0), figures.largest_bytes.value_or(0));
  // Drops programs without any time or usage: a process had such a name only for a moment.
  std::erase_if(figures.programs, [](const ProgramFigures& each) {
    return each.processes == 0 && each.longest_ns == 0 && each.total == event::Totals{} && each.estimated_ns == 0;
  });
  std::ranges::stable_sort(figures.programs, std::ranges::greater{}, &ProgramFigures::cpu_ns);
  return figures;
}

Glance Tree::glance() const {
  Glance glance{.started = started_, .resident_bytes = resident_bytes_};
  const auto& accounts = ledger_.accounts();
  for (ledger::GroupId group = Programs::kOther; group < accounts.size(); ++group) {
    const ledger::Account& account = accounts[group];
    glance.cpu_ns += account.total.cpu_ns + account.running_ns + account.estimated.user_ns + account.estimated.system_ns;
    glance.alive += account.processes;
  }
  return glance;
}

}  // namespace procledger::proctree
