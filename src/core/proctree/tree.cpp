// SPDX-License-Identifier: Apache-2.0
#include "core/proctree/tree.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace procledger::proctree {
namespace {

bool lives(const ledger::Process& process) {
  return !process.gone() && !process.end.threads_exited() && process.state() != event::State::kZombie;
}
bool was_reported(const ledger::Process& process) { return process.gone() || process.end.stage() == ledger::EndStage::kExited; }

}  // namespace

Tree::Tree(const Options& options)
    : programs_{options.most_programs},
      ledger_{programs_, {.attached_ns = options.attached_ns}},
      keep_nodes_{options.keep_nodes},
      lineage_{options.most_nodes} {}

Tree::Runs& Tree::runs(ledger::GroupId group) {
  if (group >= runs_.size()) runs_.resize(group + std::size_t{1});
  return runs_[group];
}

void Tree::follow(const Root& root) {
  programs_.follow(root);
  unnamed_tasks_before_ = ledger_.anomalies().unattributed_tasks;
  unnamed_cpu_before_ns_ = ledger_.anomalies().unattributed_cpu_ns;
}

void Tree::note_ran(const Member& member, std::uint64_t until_ns) {
  if (until_ns <= member.since_ns) return;
  Runs& program = runs(member.group);
  program.longest_ns = std::max(program.longest_ns, until_ns - member.since_ns);
}

std::uint32_t Tree::node_of(event::ProcessId id) const {
  const ledger::ProcessPtr process = ledger_.processes().find(id);
  const auto at = members_.find(process.get());
  return at == members_.end() ? kNoNode : at->second.node;
}

void Tree::begin(Member& member, const ledger::ProcessPtr& process) {
  ++started_;
  most_alive_ = std::max(most_alive_, ++alive_);
  member.process = process;
  member.group = process->group();
  member.since_ns = process->start_boottime_ns;
  member.root = programs_.is_root(process->id.tgid, process->start_boottime_ns);
  if (!keep_nodes_) return;
  member.node = lineage_.add({.tgid = process->id.tgid,
                              .parent = member.root ? kNoNode : node_of(process->identity.creator),
                              .program = process->group(),
                              .start_boottime_ns = process->start_boottime_ns});
}

void Tree::change_program(Member& member, std::uint64_t time_ns) {
  note_ran(member, time_ns);
  member.group = member.process->group();
  member.since_ns = time_ns;
  if (Node* node = lineage_.at(member.node)) node->program = member.group;
}

// Returns null if the process does not belong to the tree.
Tree::Member* Tree::meet(const ledger::ProcessPtr& process, std::uint64_t time_ns) {
  if (!process || !Programs::inside(process->group())) return nullptr;
  const auto [at, fresh] = members_.try_emplace(process.get());
  if (fresh) begin(at->second, process);
  if (at->second.group != process->group()) change_program(at->second, time_ns);
  return &at->second;
}

void Tree::note_end(Member& member) {
  if (std::exchange(member.alive, false)) --alive_;
}

void Tree::finish(Member& member, std::uint64_t time_ns) {
  note_end(member);
  const ledger::Process& process = *member.process;
  const std::uint64_t end_ns = process.end.time_ns() > 0 ? process.end.time_ns() : time_ns;
  note_ran(member, end_ns);
  ++runs(member.group).ended;
  Node* node = lineage_.at(member.node);
  if (node == nullptr) return;
  node->ending = Ending::kEnded;
  node->status_known = member.status_known;
  node->status = process.end.status();
  node->end_ns = end_ns;
  node->cpu_ns = process.own.cpu_ns;
}

void Tree::on_fork(const event::Forked& fork) {
  ledger_.on_fork(fork);
  meet(ledger_.processes().find(fork.child.process), fork.child.task.start_boottime_ns);
}

void Tree::on_exec(const event::Execed& exec) {
  ledger_.on_exec(exec);
  meet(ledger_.processes().find(exec.task.process), exec.time_ns);
}

void Tree::on_rename(const event::Changed& change) {
  ledger_.on_rename(change);
  meet(ledger_.processes().find(change.task.process), change.time_ns);
}

void Tree::on_exit(const event::TaskExit& final) {
  ledger_.on_exit(final);
  Member* member = meet(ledger_.processes().find(final.task.process), final.exit_boottime_ns);
  if (member == nullptr) return;
  member->status_known |= final.status_known && (final.task.leader || final.task.group_exit);
  if (!lives(*member->process)) note_end(*member);
  last_end_ns_ = std::max(last_end_ns_.value_or(0), final.exit_boottime_ns);
  if (member->root) root_end_ns_ = std::max(root_end_ns_.value_or(0), final.exit_boottime_ns);
}

void Tree::on_release(const event::TaskRelease& release) {
  const ledger::ProcessPtr process = release.leader ? ledger_.processes().find(release.process) : nullptr;
  ledger_.on_release(release);
  if (!process || !process->gone() || meet(process, release.time_ns) == nullptr) return;
  const auto at = members_.find(process.get());
  finish(at->second, release.time_ns);
  members_.erase(at);
}

// Adds parents first, so that their children find them.
void Tree::meet_all(std::uint64_t time_ns) {
  std::vector<ledger::ProcessPtr> unknown;
  for (const auto& [handle, process] : ledger_.processes()) {
    if (!Programs::inside(process->group())) continue;
    members_.contains(process.get()) ? static_cast<void>(meet(process, time_ns)) : unknown.push_back(process);
  }
  std::ranges::sort(unknown, {}, [](const auto& process) { return std::pair{process->start_boottime_ns, process->id.tgid}; });
  for (const ledger::ProcessPtr& process : unknown) meet(process, time_ns);
}

// The ledger can stop following a process without an event, and a scan may be the first to show a process.
void Tree::end_scan(std::uint64_t boottime_ns) {
  ledger_.end_scan(boottime_ns);
  meet_all(boottime_ns);
  for (auto at = members_.begin(); at != members_.end();) {
    Member& member = at->second;
    if (!lives(*member.process)) note_end(member);
    if (member.process->gone()) finish(member, boottime_ns);
    at = member.process->gone() ? members_.erase(at) : std::next(at);
  }
  ++scans_;
  last_scan_ns_ = boottime_ns;
  note_peaks();
}

void Tree::note_peaks() {
  std::uint64_t processes = 0;
  std::uint64_t resident = 0;
  const auto& accounts = ledger_.accounts();
  for (ledger::GroupId group = Programs::kOther; group < accounts.size(); ++group) {
    processes += accounts[group].holdings.with_memory;
    resident += accounts[group].holdings.memory.resident();
  }
  resident_bytes_ = processes > 0 ? std::optional{resident} : std::nullopt;
  if (processes > 0) peak_bytes_ = std::max(peak_bytes_.value_or(0), resident);
}

std::vector<Living> Tree::living() const {
  std::vector<Living> all;
  for (const auto& [key, member] : members_) {
    if (!lives(*member.process)) continue;
    all.push_back({.tgid = member.process->id.tgid, .start_boottime_ns = member.process->start_boottime_ns, .root = member.root});
  }
  return all;
}

bool Tree::anybody_lives() const {
  return std::ranges::any_of(members_, [](const auto& each) { return lives(*each.second.process); });
}

bool Tree::settled() const {
  return std::ranges::none_of(members_, [](const auto& each) {
    const Member& member = each.second;
    return !was_reported(*member.process) && (member.root || member.process->scan.missed > 0);
  });
}

}  // namespace procledger::proctree
