// SPDX-License-Identifier: Apache-2.0
#include "support/event_stream.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

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

const std::vector<Delivery>& EventStream::play() {
  for (std::uint64_t i = 0; i < knobs_.steps_before_attach; ++i) kernel_.step(kStepNs);
  kernel_.attach();
  attached_ = true;
  kernel_.step(kRaceNs);
  walk();
  for (std::uint64_t i = 0; i < knobs_.steps; ++i) step();
  kernel_.shut_down();
  while (!kernel_.present().empty()) {
    kernel_.step(200'000'000);
    if (random_.percent(knobs_.walk_percent)) walk();
  }
  for (int i = 0; i < 4; ++i) {
    walk();
    kernel_.idle(15'000'000'001);
  }
  walk();
  return deliveries_;
}

void EventStream::step() {
  kernel_.step(kStepNs);
  if (random_.percent(knobs_.pause_percent)) kernel_.idle(random_.below(kPauseNs));
  if (random_.percent(knobs_.drain_percent)) drain(ring_.size());
  if (random_.percent(knobs_.walk_percent)) walk();
}

// ---- hooks ----

Delivery EventStream::record(Delivery::Kind kind, const SimTask& task) const {
  Delivery result;
  result.kind = kind;
  result.seen = kernel_.observe(task);
  result.time_ns = kernel_.now_ns();
  result.task = task.id;
  result.process = task.process;
  result.born_ns = task.born_ns;
  result.exit_seen = is_set(exit_seen_, task.process) && surely_exits_after_attach(kernel_.process(task.process));
  return result;
}

void EventStream::forked(const SimTask& child, const SimProcess& creator) {
  if (!attached_ || random_.percent(knobs_.lose_fork)) return;
  Delivery fork = record(Delivery::Kind::kFork, child);
  fork.creator = creator.key;
  fork.creator_process = creator.id;
  ring_.push_back(std::move(fork));
}

void EventStream::execed(const SimTask& task, std::uint32_t previous_tid) {
  change(Delivery::Kind::kExec, task, knobs_.lose_exec, previous_tid);
}

void EventStream::renamed(const SimTask& leader) { change(Delivery::Kind::kRename, leader, knobs_.lose_change, false); }

void EventStream::moved(const SimTask& leader) { change(Delivery::Kind::kMove, leader, knobs_.lose_change, false); }

void EventStream::change(Delivery::Kind kind, const SimTask& task, std::uint64_t loss, std::uint32_t previous_tid) {
  if (!attached_ || random_.percent(loss)) return;
  Delivery event = record(kind, task);
  event.previous_tid = previous_tid;
  with_pending_error(event);
  ring_.push_back(std::move(event));
}

void EventStream::with_pending_error(Delivery& change) {
  if (knobs_.pending_error_ns == 0 || change.seen.pending_ns == 0) return;
  const std::uint64_t truth = change.seen.pending_ns;
  const std::uint64_t shifted = truth + random_.below(2 * knobs_.pending_error_ns);
  change.seen.pending_ns = shifted > knobs_.pending_error_ns ? shifted - knobs_.pending_error_ns : 0;
  misstated_ns_ += std::max(change.seen.pending_ns, truth) - std::min(change.seen.pending_ns, truth);
}

void EventStream::died(const SimTask& task) {
  if (!attached_) return;
  const SimProcess& process = kernel_.process(task.process);
  Delivery died = record(Delivery::Kind::kDied, task);
  died.death_ns = task.death_ns;
  // What is unnamed can have no baseline, and a leader is unnamed as an exit.
  const bool needs_name = (task.key.birth_ns < kernel_.attached_ns() && !is_set(told_, task.id)) || (died.seen.leader && process.live > 0);
  if (!needs_name && random_.percent(knobs_.overflow)) {
    add_unnamed(task, died);
  } else {
    ring_.push_back(std::move(died));
  }
  if (process.live > 0 || is_set(exit_seen_, process.id)) return;
  set(exit_seen_, process.id);
  exit_statuses_.push_back(process.exit_status);
}

void EventStream::freed(const SimTask& task) {
  if (attached_ && !random_.percent(knobs_.lose_free)) ring_.push_back(record(Delivery::Kind::kFreed, task));
}

void EventStream::add_unnamed(const SimTask& task, const Delivery& final) {
  unnamed_tasks_.push_back(task.id);
  ++unnamed_.tasks;
  unnamed_.total.cpu_ns += final.seen.total.cpu_ns;
  unnamed_.total.user_ticks_ns += final.seen.total.user_ticks_ns;
  unnamed_.total.system_ticks_ns += final.seen.total.system_ticks_ns;
  if (!final.seen.leader) return;
  if ((final.seen.exit_status & 0x7f) != 0) {
    ++unnamed_.exits_signal;
  } else {
    ++(final.seen.exit_status != 0 ? unnamed_.exits_error : unnamed_.exits_ok);
  }
}

// ---- collection ----

void EventStream::put(const Delivery& delivery) {
  set(told_, delivery.task);
  deliveries_.push_back(delivery);
}

std::size_t EventStream::records_older_than(std::uint64_t age_ns) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(ring_, [&](const Delivery& each) { return each.time_ns + age_ns < kernel_.now_ns(); }));
}

void EventStream::drain(std::size_t records) {
  using Kind = Delivery::Kind;
  for (; records > 0 && !ring_.empty(); --records) {
    const bool last_words = ring_.front().kind == Kind::kDied || ring_.front().kind == Kind::kFreed;
    put(ring_.front());
    if (knobs_.repeat > 0 && last_words && random_.percent(knobs_.repeat)) put(ring_.front());
    ring_.pop_front();
  }
}

bool EventStream::surely_exits_after_attach(const SimProcess& process) const {
  const SimTask& leader = kernel_.task(process.leader);
  return !leader.dead || leader.death_ns >= kernel_.attached_ns();
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
      mark.exited.push_back({process.id, process.exit_status, surely_exits_after_attach(process)});
    }
  }
  std::set<std::size_t> living;
  for (const std::size_t id : kernel_.present()) {
    if (kernel_.task(id).notified) continue;
    ++mark.living_threads;
    living.insert(kernel_.task(id).process);
  }
  mark.living_processes = living.size();
  mark.zombies = zombies();
  mark.unnamed = unnamed_;
  mark.unnamed_tasks = unnamed_tasks_;
  deliveries_.push_back(std::move(mark));
}

void EventStream::walk() {
  mark(Delivery::Kind::kBegin);
  Delivery unnamed;
  unnamed.kind = Delivery::Kind::kUnnamed;
  unnamed.unnamed = unnamed_;
  unnamed.unnamed_tasks = unnamed_tasks_;
  unnamed.time_ns = kernel_.now_ns();

  const bool lagging = random_.percent(knobs_.lagging_drain);
  const std::size_t before = ring_.size();
  std::vector<Delivery> read;
  read_tasks(read);
  drain(lagging ? std::max(random_.below(before + 1), records_older_than(kLagNs)) : ring_.size());

  if (unnamed_.tasks > 0) read.push_back(std::move(unnamed));
  for (std::size_t i = read.size(); i > 1; --i) std::swap(read[i - 1], read[random_.below(i)]);
  for (const Delivery& delivery : read) {
    if (delivery.kind == Delivery::Kind::kUnnamed) {
      deliveries_.push_back(delivery);
    } else {
      put(delivery);
    }
  }
  mark(Delivery::Kind::kEnd);
  ++walks_;
}

// Where no death is lost, nobody needs to look for the dead each time.
event::Zombies EventStream::zombies() const {
  const bool told = knobs_.overflow == 0 && walks_ % 3 != 0;
  return told ? event::Zombies::kLeftOut : event::Zombies::kListed;
}

// By PID, as iter/task does: whoever changes his PID meanwhile is seen twice or not at all.
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
    if (next->dead && walks_ > 0) read.back().kind = Delivery::Kind::kZombie;
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
    case Kind::kDied:
      return sink.on_died({.task = delivery.seen, .death_ns = delivery.death_ns, .autoreaped = is_autoreaped(delivery.process)});
    case Kind::kFreed:
      return sink.on_freed({.task = delivery.seen.task,
                            .process = delivery.seen.process,
                            .parent = delivery.seen.parent,
                            .tid = delivery.seen.tid,
                            .exit_status = delivery.seen.exit_status,
                            .leader = delivery.seen.leader,
                            .group_exit = delivery.seen.group_exit,
                            .autoreaped = is_autoreaped(delivery.process),
                            .time_ns = delivery.time_ns});
    case Kind::kBegin:
      return sink.begin_walk(delivery.time_ns, delivery.zombies);
    case Kind::kSample:
      return sink.on_sample(delivery.seen);
    case Kind::kZombie:
      return sink.on_zombie(
          {.task = delivery.seen.task, .process = delivery.seen.process, .parent = delivery.seen.parent, .leader = delivery.seen.leader});
    case Kind::kUnnamed:
      return sink.on_unnamed(delivery.unnamed);
    case Kind::kEnd:
      return sink.end_walk(delivery.time_ns);
  }
}

std::string to_string(const Delivery& delivery) {
  using Kind = Delivery::Kind;
  constexpr std::array<std::string_view, 11> kNames{"fork",    "exec",   "rename", "move",    "died", "freed",
                                                    "begin {", "sample", "zombie", "unnamed", "} end"};
  std::string text = std::to_string(delivery.time_ns) + " " + std::string{kNames[static_cast<std::size_t>(delivery.kind)]};
  const auto add = [&](std::string_view name, std::uint64_t value) { text += " " + std::string{name} + "=" + std::to_string(value); };
  if (delivery.kind == Kind::kBegin || delivery.kind == Kind::kEnd) return text;
  if (delivery.kind == Kind::kUnnamed) {
    add("tasks", delivery.unnamed.tasks);
    add("cpu", delivery.unnamed.total.cpu_ns);
    return text;
  }
  const event::Observation& seen = delivery.seen;
  text += " T" + std::to_string(delivery.task) + " of P" + std::to_string(delivery.process);
  add("task", seen.task.handle & 0xfff'ffff);
  add("birth", seen.task.birth_ns);
  add("process", seen.process.handle & 0xfff'ffff);
  add("tgid", seen.process.tgid);
  add("cpu", seen.total.cpu_ns);
  add("pending", seen.pending_ns);
  add("live", seen.live_threads);
  if (seen.exit_status != 0) add(seen.group_exit ? "group_status" : "status", seen.exit_status);
  if (seen.leader) text += " leader";
  if (seen.state == event::State::kZombie) text += " zombie";
  if (delivery.previous_tid != 0 && delivery.previous_tid != delivery.seen.tid) text += " from_thread";
  if (delivery.kind == Kind::kFork) text += " by P" + std::to_string(delivery.creator_process);
  return text + " '" + std::string{seen.comm.view()} + "'";
}

}  // namespace procledger::test
