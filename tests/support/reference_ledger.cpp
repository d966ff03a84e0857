// SPDX-License-Identifier: Apache-2.0
#include "support/reference_ledger.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "support/table_copy.hpp"

namespace procledger::test {

std::string group_name(const Identity& identity, std::uint32_t rules) {
  const std::string user = identity.uid == 0 ? "" : ":" + std::to_string(identity.uid);
  if (rules % 3 == 2) return "user" + user;
  const std::string version = rules % 3 == 0 ? "" : "#1";
  return std::string{identity.comm.view()} + "@" + std::to_string(identity.cgroup_id.value_or(0)) + user + version;
}

ledger::Decision NameClassifier::decide(const ledger::ProcessFacts& facts) {
  if (facts.creator && forks_inherit) return {.group = facts.creator->group, .fresh = false, .series = series};
  return intern(group_name({.comm = event::Comm{facts.comm}, .cgroup_id = facts.cgroup_id, .uid = facts.uid}, rules));
}

ledger::Decision NameClassifier::intern(const std::string& name) {
  const auto [at, added] = ids_.try_emplace(name, static_cast<ledger::GroupId>(ids_.size()));
  return {.group = at->second, .fresh = added, .series = series};
}

ReferenceLedger::Task& ReferenceLedger::task(std::size_t id) {
  if (tasks_.size() <= id) tasks_.resize(id + 1);
  return tasks_[id];
}

ReferenceLedger::Process& ReferenceLedger::process(std::size_t id) {
  if (processes_.size() <= id) processes_.resize(id + 1);
  return processes_[id];
}

void ReferenceLedger::apply(const Delivery& delivery) {
  using Kind = Delivery::Kind;
  const event::Observation& seen = delivery.seen;
  const std::string name = name_of(delivery);
  switch (delivery.kind) {
    case Kind::kBegin:
      scan_began_ns_ = delivery.time_ns;
      for (Task& each : tasks_) each.until_now_ns = 0;
      return;
    case Kind::kUnnamed:
      return;
    case Kind::kEnd:
      return end_scan();
    case Kind::kFork: {
      ++forks_reported_;
      const std::string inherited = forks_inherit_ ? process(delivery.creator_process).group : "";
      if (process(delivery.process).group.empty()) decide(delivery, inherited.empty() ? name : inherited);
      process(delivery.process).placed = delivery.creator_process == delivery.process || process(delivery.creator_process).placed;
      return;
    }
    case Kind::kExec:
    case Kind::kRename:
    case Kind::kMove:
      if (process(delivery.process).group.empty()) decide(delivery, name);
      charge(delivery);
      if (seen.total.cpu_ns == task(delivery.task).charged_ns) {
        task(delivery.task).shares.emplace_back(seen.total.cpu_ns + seen.pending_ns, process(delivery.process).group);
        if (!process(delivery.process).placed) unplaced_ns_ += seen.pending_ns;
      }
      decide(delivery, name);
      process(delivery.process).changed_ns = delivery.time_ns;
      process(delivery.process).placed = true;
      if (delivery.kind != Kind::kExec) return;
      process(delivery.process).leader_reported = false;  // if the old leader has exited, another task leads the process now
      ++execs_reported_;
      ++groups_[name].execs;
      return;
    case Kind::kSample:
    case Kind::kExit:
      return apply_record(delivery);
    case Kind::kRelease:
      return apply_release(delivery);
    case Kind::kZombie:  // adds nothing to the exit record
      task(delivery.task).exited = true;
      return;
    case Kind::kEstimated:
      if (handing_over_) return;  // the next source may report this time
      estimated_ns_ += delivery.estimated.user_ns + delivery.estimated.system_ns;
      return;
    case Kind::kReload:
      rules_ = delivery.rules;
      rules_changed_ = true;
      return;
    case Kind::kBeginHandover:
      handing_over_ = true;
      return;
    case Kind::kChangeSource:
      return change_source();
  }
}

std::string ReferenceLedger::name_of(const Delivery& delivery) const {
  return group_name({.comm = delivery.seen.comm, .cgroup_id = delivery.seen.cgroup_id, .uid = delivery.seen.uid}, rules_);
}

void ReferenceLedger::change_source() {
  handing_over_ = false;
  changed_source_ns_ = scan_began_ns_;
  for (Process& each : processes_) {
    each.inherited = true;
    each.rest = {};
  }
  for (Task& each : tasks_) each.until_now_ns = 0;
}

// No hook reports a change of user: the time since the last sample belongs to the new user.
void ReferenceLedger::notice_user(const Delivery& delivery) {
  Process& owner = process(delivery.process);
  if (!delivery.seen.leader || owner.group.empty() || owner.identity.uid == delivery.seen.uid) return;
  const bool sample = delivery.kind == Delivery::Kind::kSample;
  if (sample && std::max(owner.changed_ns, delivery.seen.task.start_boottime_ns) >= scan_began_ns_) return;
  decide(delivery, name_of(delivery));
  if (sample) owner.changed_ns = scan_began_ns_;
}

void ReferenceLedger::apply_record(const Delivery& delivery) {
  const event::Observation& seen = delivery.seen;
  if (seen.scope == event::Scope::kProcess) return charge_rest(delivery);
  const std::string name = name_of(delivery);
  if (delivery.kind == Delivery::Kind::kSample) {
    if (task(delivery.task).released) return;
    task(delivery.task).exited = task(delivery.task).exited || seen.exited;
    Process& sampled = process(delivery.process);  // a live leader after the exit of another: an exec, whose record may be lost
    if (seen.leader && !seen.exited && sampled.reported_leader != delivery.task) sampled.leader_reported = false;
  }
  if (seen.leader && process(delivery.process).group.empty()) decide(delivery, name);
  notice_user(delivery);
  const bool exited_unseen = delivery.kind == Delivery::Kind::kSample && seen.exited && changed_source_ns_ > 0;
  if (!exited_unseen) charge(delivery);
  Process& owner = process(delivery.process);
  owner.placed = owner.placed || seen.leader;
  if (delivery.kind == Delivery::Kind::kSample) {
    if (exited_unseen) return;
    task(delivery.task).until_now_ns = seen.total.cpu_ns + seen.pending_ns;
    return;
  }
  task(delivery.task).exited = true;
  // A thread may exit last, but the status of the process comes with the leader.
  owner.dead = owner.dead || seen.live_threads == 0;
  owner.leader_reported = owner.leader_reported || seen.leader;
  if (seen.leader) owner.reported_leader = delivery.task;
  if (owner.dead && !delivery.status_known) owner.exited = true;  // without a status
  if (owner.dead && owner.leader_reported && delivery.exit_seen && !std::exchange(owner.exited, true)) ++exits_reported_;
}

void ReferenceLedger::apply_release(const Delivery& delivery) {
  if (delivery.seen.scope == event::Scope::kProcess) return;
  task(delivery.task).released = true;
  if (!delivery.seen.leader) return;
  Process& owner = process(delivery.process);
  owner.leader_released = true;
  if (owner.leader_reported && delivery.exit_seen && !std::exchange(owner.exited, true)) ++exits_reported_;
}

void ReferenceLedger::charge(const Delivery& delivery) {
  Task& one = task(delivery.task);
  const std::uint64_t total = delivery.seen.total.cpu_ns;
  one.process = delivery.process;
  const bool first = !std::exchange(one.reported, true);
  // An exited thread of a process that an earlier source reported may be in that source's reports.
  const bool older = delivery.seen.task.start_boottime_ns < changed_source_ns_ && !delivery.seen.leader;
  const Process& of = process(delivery.process);
  const bool unknown_zombie = of.inherited && !of.leader_released && older && delivery.seen.state == event::State::kZombie;
  if (first && delivery.seen.task.start_boottime_ns < attached_ns_) {
    one.baseline_ns = total;
    one.charged_ns = one.baseline_ns;
    baseline_pending_ns_ += delivery.seen.pending_ns;
    if (delivery.start_ns >= attached_ns_) disputed_ns_ += one.baseline_ns;
  } else if (first && unknown_zombie) {
    one.charged_ns = total;
  }
  if (total <= one.charged_ns) return;
  charged_ns_ += total - one.charged_ns;
  const std::uint64_t delta =
      total - shared_until(one, total, [this](const std::string& group, std::uint64_t ns) { groups_[group].cpu_ns += ns; });
  one.charged_ns = total;
  one.shares.clear();
  Process& owner = process(delivery.process);
  if (!owner.placed) unplaced_ns_ += delta;
  if (owner.group.empty()) {
    owner.waiting_ns += delta;
  } else {
    groups_[owner.group].cpu_ns += delta;
  }
}

void ReferenceLedger::charge_rest(const Delivery& delivery) {
  if (handing_over_) return;
  Process& owner = process(delivery.process);
  const std::uint64_t total = delivery.seen.total.cpu_ns;
  if (!std::exchange(owner.rest.reported, true) && (owner.inherited || delivery.seen.task.start_boottime_ns < attached_ns_))
    owner.rest.charged_ns = total;
  if (total <= owner.rest.charged_ns) return;
  const std::uint64_t more = total - std::exchange(owner.rest.charged_ns, total);
  charged_ns_ += more;
  (owner.group.empty() ? owner.waiting_ns : groups_[owner.group].cpu_ns) += more;
}

// Calls `emit` for the time of earlier groups between the charged time and `total`. Returns the total up to which that time reaches.
template <typename Emit>
std::uint64_t ReferenceLedger::shared_until(const Task& one, std::uint64_t total, Emit emit) {
  std::uint64_t reached = one.charged_ns;
  for (const auto& [until, group] : one.shares) {
    if (std::min(until, total) <= reached) continue;
    emit(group, std::min(until, total) - reached);
    reached = std::min(until, total);
  }
  return reached;
}

void ReferenceLedger::decide(const Delivery& delivery, std::string name) {
  Process& decided = process(delivery.process);
  decided.group = std::move(name);
  decided.identity = {.comm = delivery.seen.comm, .cgroup_id = delivery.seen.cgroup_id, .uid = delivery.seen.uid};
  groups_[decided.group].cpu_ns += std::exchange(decided.waiting_ns, 0);
}

// The time of tasks up to now stays in the old groups.
void ReferenceLedger::reclassify() {
  for (std::size_t id = 0; id < processes_.size(); ++id) {
    Process& each = processes_[id];
    if (each.group.empty() || each.leader_released) continue;
    const std::string before = std::exchange(each.group, group_name(each.identity, rules_));
    if (each.group == before) continue;
    for (Task& one : tasks_) {
      if (one.reported && one.process == id && !one.released) one.shares.emplace_back(one.until_now_ns, before);
    }
  }
}

void ReferenceLedger::end_scan() {
  if (std::exchange(rules_changed_, false)) reclassify();
  running_ns_ = 0;
  for (auto& [name, group] : groups_) group.running_ns = 0;
  for (const Task& one : tasks_) {
    if (one.released || one.until_now_ns <= one.charged_ns) continue;
    running_ns_ += one.until_now_ns - one.charged_ns;
    const auto emit = [this](const std::string& group, std::uint64_t ns) { groups_[group].running_ns += ns; };
    emit(process(one.process).group, one.until_now_ns - shared_until(one, one.until_now_ns, emit));
  }
}

std::size_t ReferenceLedger::open_tasks() const {
  return static_cast<std::size_t>(std::ranges::count_if(tasks_, [](const Task& one) { return one.reported && !one.released; }));
}

std::size_t ReferenceLedger::living_tasks() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(tasks_, [](const Task& one) { return one.reported && !one.released && !one.exited; }));
}

std::size_t ReferenceLedger::open_processes() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(processes_, [](const Process& one) { return !one.group.empty() && !one.leader_released; }));
}

std::uint64_t ReferenceLedger::reaped_processes(bool autoreaped) const {
  std::uint64_t count = 0;
  for (std::size_t id = 0; id < processes_.size(); ++id) {
    if (processes_[id].leader_released && !processes_[id].group.empty() && is_autoreaped(id) == autoreaped) ++count;
  }
  return count;
}

std::uint64_t ReferenceLedger::baseline_ns(std::size_t task) const { return task < tasks_.size() ? tasks_[task].baseline_ns : 0; }

std::uint64_t ReferenceLedger::seen_ns(std::size_t task) const { return task < tasks_.size() ? tasks_[task].charged_ns : 0; }

// ---- comparison ----

namespace {

class Comparison {
 public:
  Comparison(std::uint64_t attached_ns, const Expectations& expectations)
      : expectations_{expectations},
        options_{.attached_ns = attached_ns},
        ledger_{std::in_place, classifier_, options_},
        reference_{attached_ns, expectations.forks_inherit} {
    classifier_.forks_inherit = expectations.forks_inherit;
  }

  std::optional<Failure> run(const std::vector<Delivery>& deliveries) {
    std::size_t delivered = 0;
    for (const Delivery& delivery : deliveries) {
      ++delivered;
      if (delivery.kind == Delivery::Kind::kBeginHandover) ledger_->begin_handover();
      if (delivery.kind == Delivery::Kind::kChangeSource) ledger_->change_source();
      if (delivery.kind == Delivery::Kind::kReload) {
        classifier_.rules = delivery.rules;
        ledger_->reclassify();
      }
      deliver(delivery, *ledger_);
      if (expectations_.rebuild_every != 0 && delivered % expectations_.rebuild_every == 0) rebuild();
      reference_.apply(delivery);
      if (delivery.kind != Delivery::Kind::kEnd) continue;
      end_ = &delivery;
      check_counters();
      check_nothing_fell();
      check_exits();
      if (expectations_.groups_exact) check_groups();
      if (expectations_.gauges_exact) check_gauges();
      if (failure_) break;
    }
    if (!failure_ && end_ != nullptr) check_end();
    if (failure_) failure_->delivered = delivered;
    return failure_;
  }

 private:
  void expect(bool truth, std::string_view rule, std::uint64_t is, std::uint64_t should) {
    if (truth || failure_) return;
    failure_ = Failure{.rule = std::string{rule}, .detail = "is " + std::to_string(is) + ", should be " + std::to_string(should)};
  }

  // As after a restart of the program, with only the tables left.
  void rebuild() {
    TableCopy tables{*ledger_};
    ledger_.emplace(classifier_, options_);
    const std::vector<std::string> missing = tables.fill(*ledger_);
    expect(missing.empty(), "a table is not the same in both: " + (missing.empty() ? "" : missing.front()), missing.size(), 0);
  }

  void check_counters() {
    std::uint64_t sum = 0;
    shown_before_.resize(ledger_->accounts().size());
    for (std::size_t i = 0; i < shown_before_.size(); ++i) {
      const ledger::Account& account = ledger_->accounts()[i];
      const ledger::CpuSplit before = std::exchange(shown_before_[i], account.shown);
      expect(account.shown.user_ns >= before.user_ns, "user time fell", account.shown.user_ns, before.user_ns);
      expect(account.shown.system_ns >= before.system_ns, "system time fell", account.shown.system_ns, before.system_ns);
      expect(account.shown.user_ns < kAbsurd && account.shown.system_ns < kAbsurd && account.total.cpu_ns < kAbsurd, "wrapped",
             account.total.cpu_ns, 0);
      sum += account.total.cpu_ns;
    }
    const std::uint64_t total = ledger_->tasks_cpu_ns();
    expect(total >= total_before_, "the total fell", total, total_before_);
    total_before_ = total;
    const std::uint64_t slack = expectations_.slack_ns + reference_.baseline_pending_ns() + end_->reported_twice_ns;
    expect(expectations_.excerpt || total <= end_->consumed_ns + slack, "charged more than tasks used", total, end_->consumed_ns);
    expect(sum >= reference_.charged_ns(), "charged less than was reported", sum, reference_.charged_ns());
    const std::uint64_t reported = reference_.charged_ns() + reference_.estimated_ns() + reference_.running_ns();
    expect(total >= reported, "shown less than was reported", total, reported);
    shown_most_ = std::max(shown_most_, reported);
    if (!end_->unattributed_tasks.empty()) return;
    expect(sum <= reference_.charged_ns() + reference_.disputed_ns(), "sum of groups", sum, reference_.charged_ns());
    expect(total <= shown_most_ + reference_.disputed_ns(), "total with running time", total, shown_most_);
  }

  /// Every counter of an account.
  static std::vector<std::uint64_t> counters(const ledger::Account& account) {
    std::vector<std::uint64_t> all{account.forks, account.execs, account.estimated.user_ns, account.estimated.system_ns};
    const auto add = [&all](const event::TaskCounters& totals) {
      for (const auto figure : event::kTaskCounters) all.push_back(totals.*figure);
    };
    all.insert(all.end(), account.exits.begin(), account.exits.end());
    add(account.total);
    add(account.children.total);
    for (const ledger::Reaped& reaped : account.reaped) {
      all.push_back(reaped.processes);
      add(reaped.own.total);
    }
    return all;
  }

  void check_nothing_fell() {
    std::uint64_t members = 0;
    std::uint64_t estimated = 0;
    counters_before_.resize(ledger_->accounts().size());
    for (std::size_t i = 0; i < counters_before_.size(); ++i) {
      const ledger::Account& account = ledger_->accounts()[i];
      const std::vector<std::uint64_t> now = counters(account);
      const std::vector<std::uint64_t> before = std::exchange(counters_before_[i], now);
      for (std::size_t at = 0; at < before.size(); ++at)
        expect(now[at] >= before[at], "counter " + std::to_string(at) + " fell", now[at], before[at]);
      members += account.members;
      estimated += account.estimated.user_ns + account.estimated.system_ns;
    }
    expect(members == ledger_->live_processes(), "members of all groups", members, ledger_->live_processes());
    expect(estimated == reference_.estimated_ns(), "estimated time", estimated, reference_.estimated_ns());
  }

  /// By ledger::ExitReason.
  using Exits = std::array<std::uint64_t, ledger::kExitReasonCount>;

  [[nodiscard]] Exits exits() const {
    Exits sum{};
    for (const ledger::Account& account : ledger_->accounts()) {
      for (std::size_t reason = 0; reason < sum.size(); ++reason) sum[reason] += account.exits[reason];
    }
    return sum;
  }

  [[nodiscard]] Exits exited(bool sure) const {
    Exits sum{};
    for (const ProcessExit& exit : end_->exited) {
      if (sure && !exit.sure) continue;
      if (!expectations_.excerpt || reference_.knows_process(exit.process))
        ++sum[static_cast<std::size_t>(ledger::exit_reason(exit.status))];
    }
    return sum;
  }

  void check_exits() {
    if (exits_disputed()) return;
    const Exits is = exits();
    const Exits most = exited(false);
    // An unattributed process is counted only when no other record of the process can come.
    if (end_->unattributed_tasks.empty())
      expect(sum_of(is) >= reference_.exits_reported(), "exits missed", sum_of(is), reference_.exits_reported());
    expect(sum_of(is) <= sum_of(most), "more exits than processes that exited", sum_of(is), sum_of(most));
    for (std::size_t reason = 0; expectations_.reasons_exact && reason < is.size(); ++reason) {
      expect(is[reason] <= most[reason], "more exits than processes that exited, reason " + std::to_string(reason), is[reason],
             most[reason]);
    }
  }

  /// An unattributed exit that may also be counted in a group is subtracted by reason, and a lost exec can hide the true reason.
  [[nodiscard]] bool exits_disputed() const { return !expectations_.reasons_exact && !end_->unattributed_tasks.empty(); }

  static std::uint64_t sum_of(const Exits& exits) { return std::accumulate(exits.begin(), exits.end(), std::uint64_t{0}); }

  void check_groups() {
    std::uint64_t forks = 0;
    for (const ledger::Account& account : ledger_->accounts()) forks += account.forks;
    expect(forks == reference_.forks_reported(), "forks", forks, reference_.forks_reported());
    for (const auto& [name, group] : reference_.groups()) {
      const auto id = classifier_.ids().find(name);
      const ledger::Account account = id == classifier_.ids().end() ? ledger::Account{} : ledger_->accounts()[id->second];
      const auto agree = [&](std::uint64_t a, std::uint64_t b) { return std::max(a, b) - std::min(a, b) <= reference_.unplaced_ns(); };
      expect(agree(account.total.cpu_ns, group.cpu_ns), "CPU of " + name, account.total.cpu_ns, group.cpu_ns);
      expect(agree(account.running_ns, group.running_ns), "running time of " + name, account.running_ns, group.running_ns);
      expect(account.execs == group.execs, "execs of " + name, account.execs, group.execs);
    }
  }

  void check_gauges() {
    std::uint64_t processes = 0;
    std::uint64_t threads = 0;
    for (const ledger::Account& account : ledger_->accounts()) {
      processes += account.processes;
      threads += account.threads;
    }
    expect(expectations_.excerpt || processes == end_->living_processes, "living processes", processes, end_->living_processes);
    expect(expectations_.excerpt || threads == end_->living_threads, "living threads", threads, end_->living_threads);
    expect(ledger_->live_tasks() >= reference_.living_tasks(), "tasks lost", ledger_->live_tasks(), reference_.living_tasks());
    expect(ledger_->live_tasks() <= reference_.open_tasks(), "tasks kept", ledger_->live_tasks(), reference_.open_tasks());
  }

  void check_end() {
    expect(ledger_->live_tasks() == 0, "tasks still kept", ledger_->live_tasks(), 0);
    expect(ledger_->live_processes() == 0, "processes still kept", ledger_->live_processes(), 0);
    std::uint64_t unnamed = 0;
    for (const std::size_t id : end_->unattributed_tasks) unnamed += reference_.seen_ns(id);
    const std::uint64_t total = reference_.charged_ns() + reference_.estimated_ns() + end_->unnamed.total.cpu_ns - unnamed;
    const std::uint64_t is = ledger_->tasks_cpu_ns();
    const std::uint64_t should = std::max(shown_most_, total);
    expect(is >= should && is <= should + expectations_.slack_ns + reference_.disputed_ns(), "total", is, should);
    check_hand_over();
    const Exits counted = exits();
    const Exits least = exited(true);
    if (exits_disputed()) return;
    expect(sum_of(counted) >= sum_of(least), "exits", sum_of(counted), sum_of(least));
    for (std::size_t reason = 0; expectations_.reasons_exact && reason < counted.size(); ++reason) {
      expect(counted[reason] >= least[reason], "exits, reason " + std::to_string(reason), counted[reason], least[reason]);
    }
  }

  /// All processes have exited: their charged time, and no other time, was credited to parents once.
  void check_hand_over() {
    std::uint64_t charged = 0;
    std::uint64_t written = 0;
    event::TaskCounters handed;
    std::array<std::uint64_t, ledger::kReapingCount> reaped{};
    for (const auto& [name, id] : classifier_.ids()) {
      if (id >= ledger_->accounts().size()) continue;
      const ledger::Account& account = ledger_->accounts()[id];
      if (name != "(unattributed)") {
        charged += account.total.cpu_ns;
        written += account.total.storage_written_bytes;
      }
      for (std::size_t how = 0; how < reaped.size(); ++how) {
        handed += account.reaped[how].own.total;
        reaped[how] += account.reaped[how].processes;
        const ledger::CpuSplit& split = account.reaped[how].own.cpu;
        expect(split.user_ns + split.system_ns == account.reaped[how].own.total.cpu_ns, "split of the reaped",
               split.user_ns + split.system_ns, account.reaped[how].own.total.cpu_ns);
      }
    }
    expect(handed.cpu_ns == charged, "CPU time of the reaped", handed.cpu_ns, charged);
    expect(handed.storage_written_bytes == written, "bytes of the reaped", handed.storage_written_bytes, written);
    if (!expectations_.groups_exact) return;
    for (std::size_t how = 0; how < reaped.size(); ++how) {
      const std::uint64_t should = reference_.reaped_processes(how == static_cast<std::size_t>(ledger::Reaping::kAutoreaped));
      expect(reaped[how] == should, "processes reaped", reaped[how], should);
    }
    if (reference_.baseline_pending_ns() == 0) expect(written == kBytesPerNs * charged, "bytes written", written, kBytesPerNs * charged);
  }

  static constexpr std::uint64_t kAbsurd = std::uint64_t{1} << 62;

  Expectations expectations_;
  NameClassifier classifier_;
  ledger::Options options_;
  std::optional<ledger::Ledger> ledger_;
  ReferenceLedger reference_;
  const Delivery* end_{};
  std::optional<Failure> failure_;
  std::vector<ledger::CpuSplit> shown_before_;
  std::vector<std::vector<std::uint64_t>> counters_before_;
  std::uint64_t total_before_{};
  std::uint64_t shown_most_{};
};

}  // namespace

std::optional<Failure> compare(const std::vector<Delivery>& deliveries, std::uint64_t attached_ns, const Expectations& expectations) {
  return Comparison{attached_ns, expectations}.run(deliveries);
}

}  // namespace procledger::test
