// SPDX-License-Identifier: Apache-2.0
#include "support/reference_kernel.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace procledger::test {
namespace {

constexpr std::uint64_t kTickNs = 4'000'000;
constexpr std::uint64_t kLongestGapNs = 500'000'000;  // between release and last switch: the task is preempted during its exit
constexpr std::array<std::string_view, 5> kComms{"init", "sh", "cc1", "web", "a name of 15 b."};

}  // namespace

std::uint64_t Numbers::take(bool used, std::uint64_t by_ns) {
  const auto last = std::ranges::find_if(free_.rbegin(), free_.rend(), [by_ns](const auto& each) { return each.second <= by_ns; });
  if (!used || last == free_.rend()) return next_ += stride_;
  const std::uint64_t number = last->first;
  free_.erase(std::next(last).base());
  return number;
}

ReferenceKernel::ReferenceKernel(Random& random, KernelKnobs knobs, Tracepoints& hooks) : random_{random}, knobs_{knobs}, hooks_{hooks} {}

// A process without live threads at attach, but with a task before its last switch, would exit neither before nor after attach. attach()
// ends such tasks.
void ReferenceKernel::attach() {
  for (const std::size_t id : present_) {
    if (processes_[tasks_[id].process].live > 0 || tasks_[id].dead) continue;
    tasks_[id].notified = true;
    switch_off_for_good(tasks_[id]);
  }
  attached_ns_ = ++now_ns_;
  consumed_ns_ = 0;
  for (SimTask& task : tasks_) task.cpu_at_attach_ns = task.cpu_ns;
}

void ReferenceKernel::step(std::uint64_t span_ns) {
  advance(1 + random_.below(span_ns));
  progress();
  if (!shutting_down_) act();
}

void ReferenceKernel::idle(std::uint64_t span_ns) {
  for (; span_ns > 0; span_ns -= std::min(span_ns, kLongestGapNs)) {
    advance(std::min(span_ns, kLongestGapNs));
    progress();
  }
}

void ReferenceKernel::shut_down() {
  shutting_down_ = true;
  for (const SimProcess& process : processes_) {
    if (process.live > 0) kill(process.id);
  }
}

void ReferenceKernel::advance(std::uint64_t span_ns) {
  now_ns_ += span_ns;
  for (const std::size_t id : cpus_) {
    if (id == kIdle) continue;
    SimTask& task = tasks_[id];
    const std::uint64_t share = random_.below(span_ns) + 1;
    task.cpu_ns += share;
    consumed_ns_ += share;
    (random_.percent(70) ? task.user_ticks_ns : task.system_ticks_ns) += share / kTickNs * kTickNs;
    if (task.cpu_ns - task.charged_ns > kTickNs) task.charged_ns = task.cpu_ns - random_.below(kTickNs);
  }
  schedule();
}

void ReferenceKernel::schedule() {
  for (std::size_t& cpu : cpus_) {
    if (random_.percent(40)) continue;
    if (cpu != kIdle) tasks_[cpu].charged_ns = tasks_[cpu].cpu_ns;
    cpu = kIdle;
    if (present_.empty()) continue;
    const std::size_t next = present_[random_.below(present_.size())];
    if (!tasks_[next].dead && std::ranges::find(cpus_, next) == cpus_.end()) cpu = next;
  }
}

void ReferenceKernel::act() {
  std::vector<std::size_t> able;
  for (const std::size_t id : present_) {
    if (tasks_[id].exiting) continue;
    if (tasks_[id].in_exec && random_.percent(70)) return end_exec(id);
    able.push_back(id);
  }
  if (able.empty()) return start_process(nullptr);
  const std::size_t task = able[random_.below(able.size())];
  const std::array<std::pair<std::uint64_t, void (ReferenceKernel::*)(std::size_t)>, 7> actions{
      {{knobs_.fork, &ReferenceKernel::fork},
       {knobs_.thread, &ReferenceKernel::thread},
       {knobs_.exec, &ReferenceKernel::begin_exec},
       {knobs_.rename, &ReferenceKernel::rename},
       {knobs_.move, &ReferenceKernel::move},
       {knobs_.exit, &ReferenceKernel::exit},
       {knobs_.user, &ReferenceKernel::change_user}}};
  std::uint64_t sum = knobs_.kill;
  for (const auto& [weight, action] : actions) sum += weight;
  std::uint64_t at = random_.below(sum);
  for (const auto& [weight, action] : actions) {
    if (at < weight) return (this->*action)(task);
    at -= weight;
  }
  kill(tasks_[task].process);
}

// ---- starts ----

void ReferenceKernel::start_process(const SimTask* creator) {
  SimProcess process;
  process.id = processes_.size();
  process.cgroup_id = 1;
  process.key.handle = process_handles_.take(random_.percent(knobs_.reuse_percent));
  const event::Comm comm = creator != nullptr ? creator->comm : random_comm();
  const std::size_t creator_process = creator != nullptr ? creator->process : process.id;
  if (creator != nullptr) {
    process.cgroup_id = processes_[creator_process].cgroup_id;
    process.uid = processes_[creator_process].uid;
    const bool clone_parent = random_.percent(10);
    process.parent = clone_parent ? processes_[creator_process].parent : processes_[creator_process].key;
    process.parent_process = clone_parent ? processes_[creator_process].parent_process : creator_process;
  }
  processes_.push_back(process);
  SimTask& leader = add_task(process.id);
  leader.comm = comm;
  SimProcess& added = processes_.back();
  added.leader = leader.id;
  added.key.tgid = leader.tid;
  added.start_boottime_ns = leader.key.start_boottime_ns;
  hooks_.forked(leader, processes_[creator_process]);
}

SimTask& ReferenceKernel::add_task(std::size_t process) {
  SimTask task;
  task.id = tasks_.size();
  task.process = process;
  task.key = {.handle = task_handles_.take(random_.percent(knobs_.reuse_percent)), .start_boottime_ns = ++now_ns_};
  // PIDs are assigned in a circle (kernel/pid.c:alloc_pid), so a process does not soon get the same tid twice.
  const bool leads = processes_[process].live == 0;
  task.start_ns = task.key.start_boottime_ns;
  task.tid = static_cast<std::uint32_t>(pids_.take(leads && random_.percent(knobs_.reuse_percent), now_ns_ - knobs_.pid_rest_ns));
  ++processes_[process].live;
  ++processes_[process].unfreed;
  present_.push_back(task.id);
  tasks_.push_back(task);
  return tasks_.back();
}

void ReferenceKernel::fork(std::size_t id) {
  const auto living = static_cast<std::size_t>(std::ranges::count_if(processes_, [](const SimProcess& p) { return p.unfreed > 0; }));
  if (living >= knobs_.max_processes || tasks_[id].in_exec) return;
  const SimTask creator = tasks_[id];
  start_process(&creator);
}

void ReferenceKernel::thread(std::size_t id) {
  if (present_.size() >= knobs_.max_tasks || tasks_[id].in_exec) return;
  const event::Comm comm = knobs_.thread_names && random_.percent(50) ? random_comm() : tasks_[id].comm;
  add_task(tasks_[id].process).comm = comm;
}

// ---- changes ----

// fs/exec.c:de_thread: all other threads exit, and the caller takes the place, the tid and the start time of its leader.
void ReferenceKernel::begin_exec(std::size_t id) {
  SimTask& task = tasks_[id];
  SimProcess& process = processes_[task.process];
  if (!knobs_.thread_exec && process.leader != id) return;
  for (const std::size_t other : members(process.id)) {
    if (tasks_[other].in_exec) return;
  }
  // A task at the address of an exited leader of this process would get the same start time. A scan during these changes could not tell the
  // two tasks apart.
  const event::TaskId next{task.key.handle, process.start_boottime_ns};
  if (std::ranges::any_of(tasks_, [&](const SimTask& each) { return each.freed && each.key == next; })) return;
  for (const std::size_t other : members(process.id)) {
    if (other == id) continue;
    if (!tasks_[other].exiting) begin_exit(tasks_[other], 9);
    tasks_[other].notified = true;
    if (other != process.leader && !tasks_[other].released) release(tasks_[other]);
  }
  task.in_exec = true;
  task.previous_tid = task.tid;
  if (process.leader != id) {
    SimTask& leader = tasks_[process.leader];
    task.key.start_boottime_ns = leader.key.start_boottime_ns;
    std::swap(task.tid, leader.tid);
    process.leader = id;
    release(leader);
  }
  if (!knobs_.slow_exec) end_exec(id);
}

void ReferenceKernel::end_exec(std::size_t id) {
  SimTask& task = tasks_[id];
  task.in_exec = false;
  task.comm = random_comm();
  hooks_.execed(task, task.previous_tid);
}

void ReferenceKernel::rename(std::size_t id) {
  SimTask& task = tasks_[id];
  if (task.in_exec) return;
  if (id != processes_[task.process].leader && !knobs_.thread_names) return;
  task.comm = random_comm();
  if (id == processes_[task.process].leader) hooks_.renamed(task);
}

void ReferenceKernel::move(std::size_t id) {
  SimProcess& process = processes_[tasks_[id].process];
  if (tasks_[process.leader].released || tasks_[process.leader].exiting) return;
  process.cgroup_id = 1 + random_.below(2);
  hooks_.moved(tasks_[process.leader]);
}

void ReferenceKernel::change_user(std::size_t id) { processes_[tasks_[id].process].uid = static_cast<std::uint32_t>(random_.below(3)); }

// ---- exits ----

void ReferenceKernel::exit(std::size_t id) { begin_exit(tasks_[id], random_status()); }

void ReferenceKernel::kill(std::size_t id) {
  SimProcess& process = processes_[id];
  if (!process.group_exit) process.group_status = random_status();
  process.group_exit = true;
  for (const std::size_t task : members(id)) {
    if (!tasks_[task].exiting) begin_exit(tasks_[task], process.group_status);
  }
}

void ReferenceKernel::begin_exit(SimTask& task, std::uint32_t status) {
  SimProcess& process = processes_[task.process];
  task.exiting = true;
  task.in_exec = false;
  task.exit_status = status;
  if (--process.live == 0) process.exit_status = process.group_exit ? process.group_status : tasks_[process.leader].exit_status;
}

void ReferenceKernel::progress() {
  const std::vector<std::size_t> present = present_;
  for (const std::size_t id : present) {
    SimTask& task = tasks_[id];
    if (!task.exiting) continue;
    const bool overdue = task.released && now_ns_ > (task.dead ? task.free_due_ns : task.released_ns) + kLongestGapNs;
    if (overdue || random_.percent(knobs_.progress_percent)) progress(task);
  }
}

// The next stage: exit_notify, then last switch and release in any order, then free.
void ReferenceKernel::progress(SimTask& task) {
  const bool leader = processes_[task.process].leader == task.id;
  if (!task.notified) {
    task.notified = true;
    if (!leader && random_.percent(90)) release(task);  // else the task is traced
    return;
  }
  const bool can_release = !task.released && (!leader || others_released(task));
  if (can_release && random_.percent(knobs_.reap_percent)) return release(task);
  if (!task.dead) return switch_off_for_good(task);
  if (task.released && now_ns_ >= task.free_due_ns) free_task(task);
}

void ReferenceKernel::release(SimTask& task) {
  task.released = true;
  task.released_ns = now_ns_;
  task.cpu_at_release_ns = task.cpu_ns;
  pids_.give_back(task.tid, now_ns_);  // the PID is reusable long before the task is freed
  task.free_due_ns = now_ns_ + (random_.percent(knobs_.late_percent) ? random_.below(9'000'000'000) : random_.below(30'000'000));
}

void ReferenceKernel::switch_off_for_good(SimTask& task) {
  for (std::size_t& cpu : cpus_) {
    if (cpu == task.id) cpu = kIdle;
  }
  task.charged_ns = task.cpu_ns;
  task.dead = true;
  task.exit_boottime_ns = now_ns_;
  hooks_.exited(task);
}

void ReferenceKernel::free_task(SimTask& task) {
  task.freed = true;
  hooks_.freed(task);
  std::erase(present_, task.id);
  task_handles_.give_back(task.key.handle);
  SimProcess& process = processes_[task.process];
  if (--process.unfreed == 0) process_handles_.give_back(process.key.handle);
  ++now_ns_;  // the next task at this address starts later
}

// ---- observation ----

std::vector<std::size_t> ReferenceKernel::members(std::size_t process) const {
  std::vector<std::size_t> result;
  for (const std::size_t id : present_) {
    if (tasks_[id].process == process) result.push_back(id);
  }
  return result;
}

bool ReferenceKernel::others_released(const SimTask& leader) const {
  const auto others = members(leader.process);
  return std::ranges::all_of(others, [&](std::size_t id) { return id == leader.id || tasks_[id].released; });
}

std::uint32_t ReferenceKernel::random_status() {
  constexpr std::array<std::uint32_t, 4> kStatuses{0, 1u << 8, 127u << 8, 9};
  return kStatuses[random_.below(kStatuses.size())];
}

event::Comm ReferenceKernel::random_comm() { return event::Comm{kComms[random_.below(kComms.size())]}; }

event::Observation ReferenceKernel::observe(const SimTask& task) const {
  const SimProcess& process = processes_[task.process];
  event::Observation seen;
  seen.task = task.key;
  seen.process = process.key;
  seen.total = {.cpu_ns = task.charged_ns, .user_ticks_ns = task.user_ticks_ns, .system_ticks_ns = task.system_ticks_ns};
  seen.total.storage_written_bytes = kBytesPerNs * task.charged_ns;
  seen.pending_ns = task.cpu_ns - task.charged_ns;
  seen.tid = task.tid;
  seen.uid = process.uid;
  seen.exit_status = process.group_exit ? process.group_status : task.exit_status;
  seen.live_threads = process.live;
  seen.state = task.notified ? event::State::kZombie : event::State::kRunning;
  seen.leader = process.leader == task.id;
  seen.group_exit = process.group_exit;
  seen.exited = task.dead;
  seen.comm = task.comm;
  if (seen.leader) {
    seen.parent = process.parent;
    seen.cgroup_id = process.cgroup_id;
  }
  return seen;
}

}  // namespace procledger::test
