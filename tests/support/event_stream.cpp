// SPDX-License-Identifier: Apache-2.0
#include "support/event_stream.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "support/proc_scans.hpp"

namespace procledger::test {
namespace {

constexpr std::uint64_t kStepNs = 6'000'000;
constexpr std::uint64_t kRaceNs = 200'000;
constexpr std::uint64_t kLagNs = 1'000'000'000;
constexpr std::uint64_t kPauseNs = 40'000'000'000;

void set(std::vector<bool>& flags, std::size_t index) {
  if (flags.size() <= index) flags.resize(index + 1);
  flags[index] = true;
}

bool is_set(const std::vector<bool>& flags, std::size_t index) { return index < flags.size() && flags[index]; }

}  // namespace

EventStream::EventStream(std::uint64_t seed, const StreamKnobs& knobs)
    : random_{seed}, knobs_{knobs}, kernel_{random_, knobs.kernel, *this} {}

EventStream::~EventStream() = default;

const std::vector<Delivery>& EventStream::play() {
  for (std::uint64_t i = 0; i < knobs_.steps_before_attach; ++i) kernel_.step(kStepNs);
  kernel_.attach();
  hooked_ = true;
  kernel_.step(kRaceNs);
  collect();
  for (std::uint64_t i = 0; i < knobs_.steps; ++i) step();
  kernel_.shut_down();
  while (!kernel_.present().empty()) {
    kernel_.step(200'000'000);
    if (random_.percent(knobs_.scan_percent)) collect();
  }
  for (int i = 0; i < 4; ++i) {
    collect();
    kernel_.idle(15'000'000'001);
  }
  collect();
  return deliveries_;
}

void EventStream::step() {
  kernel_.step(kStepNs);
  if (knobs_.reload_percent > 0 && random_.percent(knobs_.reload_percent)) reload();
  if (knobs_.change_percent > 0 && random_.percent(knobs_.change_percent)) change_source();
  if (random_.percent(knobs_.pause_percent)) kernel_.idle(random_.below(kPauseNs));
  if (random_.percent(knobs_.drain_percent)) drain(ring_.size());
  if (random_.percent(knobs_.scan_percent)) collect();
}

void EventStream::reload() {
  Delivery reload;
  reload.kind = Delivery::Kind::kReload;
  reload.time_ns = kernel_.now_ns();
  reload.rules = ++rules_;
  deliveries_.push_back(std::move(reload));
}

// The next source attaches its hooks before the last report of the present source, so that both may report the same event.
void EventStream::change_source() {
  for (int steps = 0; in_limbo() && steps < 100; ++steps) kernel_.step(kRaceNs);
  if (hooked_ && random_.percent(knobs_.blind_percent)) go_blind();
  next_hooked_ = !knobs_.scans || scans_ != nullptr;
  for (std::uint64_t steps = random_.below(knobs_.overlap_steps + 1); steps > 0; --steps) kernel_.step(kRaceNs);
  for (int steps = 0; in_limbo() && steps < 100; ++steps) kernel_.step(kRaceNs);
  put_mark(Delivery::Kind::kBeginHandover);
  if (hooked_ || scans_) collect();
  if (scans_) reported_twice_ns_ += scans_->held_back_ns();
  put_mark(Delivery::Kind::kChangeSource);
  ring_ = std::exchange(next_ring_, {});
  hooked_ = std::exchange(next_hooked_, false);
  hooked_ ? scans_.reset() : static_cast<void>(scans_ = std::make_unique<ProcScans>(kernel_));
  source_unnamed_ = {};
  collections_ = 0;
  collect();
}

// Whether a task is released, which a scan takes for its end, and has its last switch still to come: microseconds in a real kernel.
bool EventStream::in_limbo() const {
  return std::ranges::any_of(kernel_.present(), [this](std::size_t id) { return kernel_.task(id).released && !kernel_.task(id).dead; });
}

void EventStream::put_mark(Delivery::Kind kind) {
  Delivery mark;
  mark.kind = kind;
  mark.time_ns = kernel_.now_ns();
  deliveries_.push_back(std::move(mark));
}

// Records in the ring are still read.
void EventStream::go_blind() {
  hooked_ = false;
  for (std::uint64_t steps = 1 + random_.below(6); steps > 0; --steps) kernel_.step(kStepNs);
  drain(ring_.size());
}

void EventStream::put_in_rings(const Delivery& delivery) {
  if (hooked_) ring_.push_back(delivery);
  if (next_hooked_) next_ring_.push_back(delivery);
}

// ---- hooks ----

Delivery EventStream::record(Delivery::Kind kind, const SimTask& task) const {
  Delivery result;
  result.kind = kind;
  result.seen = kernel_.observe(task);
  result.time_ns = kernel_.now_ns();
  result.task = task.id;
  result.process = task.process;
  result.start_ns = task.start_ns;
  result.exit_seen = is_set(exit_seen_, task.process) && surely_exits_after_attach(kernel_.process(task.process));
  return result;
}

void EventStream::forked(const SimTask& child, const SimProcess& creator) {
  if (!hooks() || random_.percent(knobs_.lose_fork)) return;
  Delivery fork = record(Delivery::Kind::kFork, child);
  fork.creator = creator.key;
  fork.creator_process = creator.id;
  put_in_rings(fork);
}

void EventStream::execed(const SimTask& task, std::uint32_t previous_tid) {
  change(Delivery::Kind::kExec, task, knobs_.lose_exec, previous_tid);
}

void EventStream::renamed(const SimTask& leader) { change(Delivery::Kind::kRename, leader, knobs_.lose_change, false); }

void EventStream::moved(const SimTask& leader) { change(Delivery::Kind::kMove, leader, knobs_.lose_change, false); }

void EventStream::change(Delivery::Kind kind, const SimTask& task, std::uint64_t loss, std::uint32_t previous_tid) {
  if (!hooks() || random_.percent(loss)) return;
  Delivery event = record(kind, task);
  event.previous_tid = previous_tid;
  with_pending_error(event);
  put_in_rings(event);
}

void EventStream::with_pending_error(Delivery& change) {
  if (knobs_.pending_error_ns == 0 || change.seen.pending_ns == 0) return;
  const std::uint64_t truth = change.seen.pending_ns;
  const std::uint64_t shifted = truth + random_.below(2 * knobs_.pending_error_ns);
  change.seen.pending_ns = shifted > knobs_.pending_error_ns ? shifted - knobs_.pending_error_ns : 0;
  misstated_ns_ += std::max(change.seen.pending_ns, truth) - std::min(change.seen.pending_ns, truth);
}

void EventStream::exited(const SimTask& task) {
  if (kernel_.attached_ns() > kernel_.now_ns()) return;
  const SimProcess& process = kernel_.process(task.process);
  if (!hooks()) return set(exit_unreported_, process.id), note_exit(process);
  Delivery final = record(Delivery::Kind::kExit, task);
  final.exit_boottime_ns = task.exit_boottime_ns;
  // An unattributed exit cannot have a baseline, and an unattributed leader counts as an exit of its process.
  const bool needs_name =
      (task.key.start_boottime_ns < kernel_.attached_ns() && !is_set(reported_, task.id)) || (final.seen.leader && process.live > 0);
  if (!needs_name && random_.percent(knobs_.overflow)) {
    add_unnamed(task, final);
  } else {
    put_in_rings(final);
  }
  note_exit(process);
}

void EventStream::note_exit(const SimProcess& process) {
  if (process.live > 0 || is_set(exit_seen_, process.id)) return;
  set(exit_seen_, process.id);
  exit_statuses_.push_back(process.exit_status);
}

void EventStream::freed(const SimTask& task) {
  if (hooks() && !random_.percent(knobs_.lose_free)) put_in_rings(record(Delivery::Kind::kRelease, task));
}

void EventStream::add_unnamed(const SimTask& task, const Delivery& final) {
  unnamed_tasks_.push_back(task.id);
  for (event::UnattributedExits* sums : {&unattributed_, &source_unnamed_}) {
    ++sums->tasks;
    sums->total.cpu_ns += final.seen.total.cpu_ns;
    sums->total.user_ticks_ns += final.seen.total.user_ticks_ns;
    sums->total.system_ticks_ns += final.seen.total.system_ticks_ns;
    if (!final.seen.leader) continue;
    if ((final.seen.exit_status & 0x7f) != 0) {
      ++sums->exits_signal;
    } else {
      ++(final.seen.exit_status != 0 ? sums->exits_error : sums->exits_ok);
    }
  }
}

// ---- collection ----

void EventStream::put(const Delivery& delivery) {
  if (delivery.task != kNobody) set(reported_, delivery.task);
  deliveries_.push_back(delivery);
}

std::size_t EventStream::records_older_than(std::uint64_t age_ns) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(ring_, [&](const Delivery& each) { return each.time_ns + age_ns < kernel_.now_ns(); }));
}

void EventStream::drain(std::size_t records) {
  using Kind = Delivery::Kind;
  for (; records > 0 && !ring_.empty(); --records) {
    const bool last_words = ring_.front().kind == Kind::kExit || ring_.front().kind == Kind::kRelease;
    put(ring_.front());
    if (knobs_.repeat > 0 && last_words && random_.percent(knobs_.repeat)) put(ring_.front());
    ring_.pop_front();
  }
}

bool EventStream::surely_exits_after_attach(const SimProcess& process) const {
  const SimTask& leader = kernel_.task(process.leader);
  return !leader.dead || leader.exit_boottime_ns >= kernel_.attached_ns();
}

bool EventStream::exits_after_attach(const SimProcess& process) const {
  return is_set(exit_seen_, process.id) || std::ranges::any_of(kernel_.present(), [&](std::size_t id) {
           return kernel_.task(id).process == process.id && !kernel_.task(id).dead;
         });
}

void EventStream::mark(Delivery::Kind kind) {
  Delivery mark;
  mark.kind = kind;
  mark.time_ns = kernel_.now_ns();
  mark.consumed_ns = kernel_.consumed_ns();
  for (const SimProcess& process : kernel_.processes()) {
    if (process.live == 0 && exits_after_attach(process)) {
      const bool sure = surely_exits_after_attach(process) && !is_set(exit_unreported_, process.id);
      mark.exited.push_back({process.id, process.exit_status, sure});
    }
  }
  std::set<std::size_t> living;
  for (const std::size_t id : kernel_.present()) {
    if (kernel_.task(id).notified) continue;
    ++mark.living_threads;
    living.insert(kernel_.task(id).process);
  }
  mark.living_processes = living.size();
  mark.reported_twice_ns = reported_twice_ns_;
  mark.zombies = zombies();
  mark.unnamed = unattributed_;
  mark.unattributed_tasks = unnamed_tasks_;
  deliveries_.push_back(std::move(mark));
}

void EventStream::collect() {
  if (scans_) return scan();
  mark(Delivery::Kind::kBegin);
  Delivery unnamed;
  unnamed.kind = Delivery::Kind::kUnnamed;
  unnamed.unnamed = source_unnamed_;
  unnamed.unattributed_tasks = unnamed_tasks_;
  unnamed.time_ns = kernel_.now_ns();

  const bool lagging = random_.percent(knobs_.lagging_drain);
  const std::size_t before = ring_.size();
  std::vector<Delivery> read;
  read_tasks(read);
  drain(lagging ? std::max(random_.below(before + 1), records_older_than(kLagNs)) : ring_.size());

  if (source_unnamed_.tasks > 0) read.push_back(std::move(unnamed));
  for (std::size_t i = read.size(); i > 1; --i) std::swap(read[i - 1], read[random_.below(i)]);
  for (const Delivery& delivery : read) {
    if (delivery.kind == Delivery::Kind::kUnnamed) {
      deliveries_.push_back(delivery);
    } else {
      put(delivery);
    }
  }
  mark(Delivery::Kind::kEnd);
  ++collections_;
}

void EventStream::scan() {
  mark(Delivery::Kind::kBegin);
  scans_->begin();
  std::uint32_t last = 0;
  for (;;) {
    if (random_.percent(knobs_.race_percent)) kernel_.step(kRaceNs);
    const SimTask* next = nullptr;
    for (const std::size_t id : kernel_.present()) {
      const SimTask& task = kernel_.task(id);
      const bool leads = kernel_.process(task.process).leader == id;
      if (leads && !task.released && task.tid > last && (next == nullptr || task.tid < next->tid)) next = &task;
    }
    if (next == nullptr) break;
    last = next->tid;
    scans_->read(next->process);
  }
  for (const Delivery& delivery : scans_->end()) {
    if (delivery.kind == Delivery::Kind::kExit) set(exit_unreported_, delivery.process);
    put(delivery);
  }
  mark(Delivery::Kind::kEnd);
}

// If no exit record is lost, a scan need not list zombies every time.
event::Zombies EventStream::zombies() const {
  const bool all_reported = !scans_ && knobs_.overflow == 0 && collections_ % 3 != 0;
  return all_reported ? event::Zombies::kLeftOut : event::Zombies::kListed;
}

// By PID, as iter/task does: a task that changes its PID meanwhile is read twice or not at all.
void EventStream::read_tasks(std::vector<Delivery>& read) {
  std::uint32_t last = 0;
  for (;;) {
    if (random_.percent(knobs_.race_percent)) kernel_.step(kRaceNs);
    const SimTask* next = nullptr;
    for (const std::size_t id : kernel_.present()) {
      const SimTask& task = kernel_.task(id);
      if (!task.released && task.tid > last && (next == nullptr || task.tid < next->tid)) next = &task;
    }
    if (next == nullptr) return;
    last = next->tid;
    if (next->dead && zombies() == event::Zombies::kLeftOut) continue;
    read.push_back(record(Delivery::Kind::kSample, *next));
    if (next->dead && collections_ > 0) read.back().kind = Delivery::Kind::kZombie;
    with_pending_error(read.back());
  }
}

// ---- delivery ----

bool is_autoreaped(std::size_t process) { return process % 3 == 0; }

void deliver(const Delivery& delivery, event::Sink& sink) {
  using Kind = Delivery::Kind;
  switch (delivery.kind) {
    case Kind::kFork:
      return sink.on_fork({.child = delivery.seen, .creator = delivery.creator});
    case Kind::kExec:
      return sink.on_exec({.task = delivery.seen,
                           .filename = "/bin/program",
                           .args = std::nullopt,
                           .filename_cut = false,
                           .args_cut = false,
                           .previous_tid = delivery.previous_tid,
                           .time_ns = delivery.time_ns});
    case Kind::kRename:
      return sink.on_rename({.task = delivery.seen, .time_ns = delivery.time_ns});
    case Kind::kMove:
      return sink.on_move({.task = delivery.seen, .time_ns = delivery.time_ns});
    case Kind::kExit:
      return sink.on_exit({.task = delivery.seen,
                           .exit_boottime_ns = delivery.exit_boottime_ns,
                           .autoreaped = is_autoreaped(delivery.process),
                           .status_known = delivery.status_known});
    case Kind::kRelease:
      return sink.on_release({.task = delivery.seen.task,
                              .process = delivery.seen.process,
                              .parent = delivery.seen.parent,
                              .tid = delivery.seen.tid,
                              .exit_status = delivery.seen.exit_status,
                              .leader = delivery.seen.leader,
                              .group_exit = delivery.seen.group_exit,
                              .autoreaped = is_autoreaped(delivery.process),
                              .time_ns = delivery.time_ns});
    case Kind::kBegin:
      return sink.begin_scan(delivery.time_ns, delivery.zombies);
    case Kind::kSample:
      return sink.on_sample(delivery.seen);
    case Kind::kZombie:
      return sink.on_zombie(
          {.task = delivery.seen.task, .process = delivery.seen.process, .parent = delivery.seen.parent, .leader = delivery.seen.leader});
    case Kind::kUnnamed:
      return sink.on_unattributed(delivery.unnamed);
    case Kind::kEnd:
      return sink.end_scan(delivery.time_ns);
    case Kind::kEstimated:
      return sink.on_estimated(delivery.estimated);
    case Kind::kReload:
    case Kind::kBeginHandover:
    case Kind::kChangeSource:
      return;
  }
}

std::string to_string(const Delivery& delivery) {
  using Kind = Delivery::Kind;
  constexpr std::array<std::string_view, 15> kNames{"fork",    "exec",      "rename", "move",           "exit",
                                                    "release", "begin {",   "sample", "zombie",         "unnamed",
                                                    "} end",   "estimated", "reload", "begin handover", "change source"};
  std::string text = std::to_string(delivery.time_ns) + " " + std::string{kNames[static_cast<std::size_t>(delivery.kind)]};
  const auto add = [&](std::string_view name, std::uint64_t value) { text += " " + std::string{name} + "=" + std::to_string(value); };
  if (delivery.kind == Kind::kBegin || delivery.kind == Kind::kEnd) return text;
  if (delivery.kind == Kind::kBeginHandover || delivery.kind == Kind::kChangeSource) return text;
  if (delivery.kind == Kind::kReload) return text + " rules=" + std::to_string(delivery.rules);
  if (delivery.kind == Kind::kEstimated) {
    text += " P" + std::to_string(delivery.process);
    add("cpu", delivery.estimated.user_ns + delivery.estimated.system_ns);
    return text;
  }
  if (delivery.kind == Kind::kUnnamed) {
    add("tasks", delivery.unnamed.tasks);
    add("cpu", delivery.unnamed.total.cpu_ns);
    return text;
  }
  const event::Observation& seen = delivery.seen;
  text += " T" + std::to_string(delivery.task) + " of P" + std::to_string(delivery.process);
  add("task", seen.task.handle & 0xfff'ffff);
  add("birth", seen.task.start_boottime_ns);
  add("process", seen.process.handle & 0xfff'ffff);
  add("tgid", seen.process.tgid);
  add("cpu", seen.total.cpu_ns);
  add("pending", seen.pending_ns);
  add("live", seen.live_threads);
  if (seen.uid != 0) add("uid", seen.uid);
  if (seen.scope == event::Scope::kProcess) text += " rest";
  if (seen.exit_status != 0) add(seen.group_exit ? "group_status" : "status", seen.exit_status);
  if (seen.leader) text += " leader";
  if (seen.state == event::State::kZombie) text += " zombie";
  if (delivery.previous_tid != 0 && delivery.previous_tid != delivery.seen.tid) text += " from_thread";
  if (delivery.kind == Kind::kFork) text += " by P" + std::to_string(delivery.creator_process);
  return text + " '" + std::string{seen.comm.view()} + "'";
}

}  // namespace procledger::test
