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

ProgramValues Tree::program_values(ledger::GroupId group, const ledger::Account& account) const {
  ProgramValues values{.name = programs_.name(group), .total = account.total, .cpu = account.shown, .peak_bytes = {}};
  values.total.cpu_ns += account.running_ns;
  values.estimated_ns = account.estimated.user_ns + account.estimated.system_ns;
  if (account.peak_bytes > 0) values.peak_bytes = account.peak_bytes;
  values.execs = account.execs;
  values.exits = account.exits;
  if (group < runs_.size()) {
    values.processes = runs_[group].ended;
    values.longest_ns = runs_[group].longest_ns;
  }
  return values;
}

// Adds the processes that the ledger still follows: live processes, zombies, and exited processes before their release.
void Tree::add_living(Values& values) const {
  std::unordered_map<ledger::GroupId, ProgramValues*> by_group;
  for (ProgramValues& program : values.programs)
    by_group.emplace(static_cast<ledger::GroupId>(&program - values.programs.data()) + Programs::kOther, &program);
  for (const auto& [key, member] : members_) {
    const ledger::Process& process = *member.process;
    const bool ended = has_ended(process);
    const std::uint64_t until_ns = ended && process.end.time_ns() > 0 ? process.end.time_ns() : last_scan_ns_;
    if (const auto program = by_group.find(member.group); program != by_group.end()) {
      ProgramValues& of = *program->second;
      ++of.processes;
      of.alive += ended ? 0 : 1;
      of.longest_ns = std::max(of.longest_ns, until_ns - std::min(until_ns, member.since_ns));
    }
    values.alive += ended ? 0 : 1;
    if (member.node == kNoNode) continue;
    Node& node = values.nodes[member.node];
    node.ending = !ended ? Ending::kLives : process.end.stage() == ledger::EndStage::kExited ? Ending::kEnded : Ending::kZombie;
    node.status_known = ended && member.status_known;
    node.status = process.end.status();
    node.end_ns = until_ns;
    node.cpu_ns = process.own.cpu_ns;
  }
}

Values Tree::values() const {
  Values values;
  values.nodes = lineage_.nodes();
  values.unlisted = lineage_.unlisted();
  values.processes = started_;
  values.most_alive = most_alive_;
  values.scans = scans_;
  values.unattributed_tasks = ledger_.anomalies().unattributed_tasks - unnamed_tasks_before_;
  values.unattributed_cpu_ns = ledger_.anomalies().unattributed_cpu_ns - unnamed_cpu_before_ns_;
  const auto& accounts = ledger_.accounts();
  ledger::CpuSplit estimated;
  for (ledger::GroupId group = Programs::kOther; group < accounts.size(); ++group) {
    const ProgramValues& program = values.programs.emplace_back(program_values(group, accounts[group]));
    values.total += program.total;
    values.exits += program.exits;
    estimated.user_ns += accounts[group].estimated.user_ns;
    estimated.system_ns += accounts[group].estimated.system_ns;
    if (program.peak_bytes > values.largest_bytes) {
      values.largest_bytes = program.peak_bytes;
      values.largest_program = program.name;
    }
  }
  add_living(values);
  for (ledger::GroupId group = 0; keep_nodes_ && group < accounts.size(); ++group) values.node_names.push_back(programs_.name(group));
  values.cpu = ledger::split_cpu({}, values.total.cpu_ns, values.total.user_ticks_ns, values.total.system_ticks_ns);
  values.cpu.user_ns += estimated.user_ns;
  values.cpu.system_ns += estimated.system_ns;
  values.estimated_ns = estimated.user_ns + estimated.system_ns;
  // All processes together had at least as much memory as the largest process at that moment.
  if (peak_bytes_ || values.largest_bytes) values.peak_bytes = std::max(peak_bytes_.value_or(0), values.largest_bytes.value_or(0));
  // Drops programs without any time or usage: a process had such a name only for a moment.
  std::erase_if(values.programs, [](const ProgramValues& each) {
    return each.processes == 0 && each.longest_ns == 0 && each.total == event::TaskCounters{} && each.estimated_ns == 0;
  });
  std::ranges::stable_sort(values.programs, std::ranges::greater{}, &ProgramValues::cpu_ns);
  return values;
}

LiveSample Tree::live_sample() const {
  LiveSample sample{.started = started_, .resident_bytes = resident_bytes_};
  const auto& accounts = ledger_.accounts();
  for (ledger::GroupId group = Programs::kOther; group < accounts.size(); ++group) {
    const ledger::Account& account = accounts[group];
    sample.cpu_ns += account.total.cpu_ns + account.running_ns + account.estimated.user_ns + account.estimated.system_ns;
    sample.alive += account.processes;
  }
  return sample;
}

}  // namespace procledger::proctree
