// SPDX-License-Identifier: Apache-2.0
// A small model of a kernel: tasks use CPU time, fork, exec, exit and are freed, with true identities and true totals.
// The model has the hard cases of accounting: late and unordered frees, reused addresses and PIDs, exec from a thread, leaders that exit
// first. The model has no records, losses or groups: tests/support/event_stream.hpp observes it as a source would.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "core/event/observation.hpp"

namespace procledger::test {

/// Seeded random numbers that are the same on every platform, unlike the distributions of <random>.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_{seed} {}
  /// 0 to `limit` - 1.
  std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
  bool percent(std::uint64_t chance) { return below(100) < chance; }

 private:
  std::mt19937_64 engine_;
};

/// The behaviour of the kernel. Weights are relative to each other.
struct KernelKnobs {
  std::size_t max_processes{6};
  std::size_t max_tasks{12};
  std::uint64_t reuse_percent{30};  ///< chance that an address or a PID is reused, the last freed first
  std::uint64_t reap_percent{40};   ///< chance per stage that a zombie is reaped
  std::uint64_t fork{14}, thread{8}, exec{8}, rename{3}, move{2}, exit{8}, kill{6};
  std::uint64_t progress_percent{35};  ///< chance per step that an exiting task reaches its next stage
  std::uint64_t late_percent{5};       ///< chance that a free is seconds late, not milliseconds
  bool slow_exec{};                    ///< steps may happen between the takeover of the leader and the end of exec
  bool thread_names{true};             ///< threads may have their own names
  bool thread_exec{true};              ///< threads that are not the leader may call exec
  std::uint64_t user{};                ///< weight of a change of the user, which no hook reports
  std::uint64_t pid_rest_ns{};         ///< minimum time before a PID is reused; sources tell the owners of a PID apart by clock ticks
};

/// The index of no process and of no task.
inline constexpr std::size_t kNobody = ~std::size_t{0};

struct SimTask {
  std::size_t id{};       ///< never reused
  std::size_t process{};  ///< index of its SimProcess
  event::TaskId key;
  std::uint64_t start_ns{};  ///< the true start; exec may replace the start in `key`
  std::uint32_t tid{};
  event::Comm comm;
  std::uint64_t cpu_ns{};      ///< the true CPU time
  std::uint64_t charged_ns{};  ///< the part that the scheduler has charged
  std::uint64_t user_ticks_ns{};
  std::uint64_t system_ticks_ns{};
  std::uint64_t cpu_at_attach_ns{};
  std::uint32_t exit_status{};
  bool in_exec{};                ///< past the point of no return, before sched_process_exec
  std::uint32_t previous_tid{};  ///< in_exec: the tid before the exec
  bool exiting{};                ///< not counted in signal->live
  bool notified{};               ///< past exit_notify: a zombie, unless released
  bool released{};               ///< unhashed: no scan lists the task
  bool dead{};                   ///< past the last switch: totals are final
  bool freed{};
  std::uint64_t released_ns{};
  std::uint64_t cpu_at_release_ns{};  ///< the time of the task in the sum of its process after the release
  std::uint64_t exit_boottime_ns{};
  std::uint64_t free_due_ns{};
};

struct SimProcess {
  std::size_t id{};
  event::ProcessId key;
  event::ProcessId parent;
  std::size_t parent_process{kNobody};
  std::uint64_t start_boottime_ns{};
  std::size_t leader{};  ///< index of its SimTask
  std::uint64_t cgroup_id{};
  std::uint32_t uid{};
  std::uint32_t live{};     ///< threads that have not begun to exit
  std::uint32_t unfreed{};  ///< tasks that reference its signal_struct
  bool group_exit{};
  std::uint32_t group_status{};
  std::uint32_t exit_status{};  ///< the status for the parent, when live is 0
};

/// Every task writes in proportion to its CPU time, so that tests can compute one value from the other.
inline constexpr std::uint64_t kBytesPerNs = 3;

/// The hooks, called at the moment of the event.
class Tracepoints {
 public:
  virtual ~Tracepoints() = default;
  virtual void forked(const SimTask& child, const SimProcess& creator) = 0;
  virtual void execed(const SimTask& task, std::uint32_t previous_tid) = 0;
  virtual void renamed(const SimTask& leader) = 0;
  virtual void moved(const SimTask& leader) = 0;
  virtual void exited(const SimTask& task) = 0;
  virtual void freed(const SimTask& task) = 0;
};

/// Addresses or PIDs: the number that was returned last is taken next, or a new number.
class Numbers {
 public:
  Numbers(std::uint64_t base, std::uint64_t stride) : next_{base}, stride_{stride} {}
  /// @param used  take the number that was returned last, not after `by_ns`; else a new number
  std::uint64_t take(bool used, std::uint64_t by_ns = ~std::uint64_t{0});
  void give_back(std::uint64_t number, std::uint64_t now_ns = 0) { free_.emplace_back(number, now_ns); }

 private:
  std::uint64_t next_;
  std::uint64_t stride_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> free_;  ///< number, and time of its return
};

class ReferenceKernel {
 public:
  ReferenceKernel(Random& random, KernelKnobs knobs, Tracepoints& hooks);

  /// Lets up to `span_ns` pass and one event happen.
  void step(std::uint64_t span_ns);
  /// Lets time pass in which tasks run and exits progress, without new events.
  void idle(std::uint64_t span_ns);
  /// Kills all processes. After this, steps only finish exits.
  void shut_down();
  void attach();

  [[nodiscard]] event::Observation observe(const SimTask& task) const;
  [[nodiscard]] std::uint64_t now_ns() const { return now_ns_; }
  [[nodiscard]] std::uint64_t attached_ns() const { return attached_ns_; }
  [[nodiscard]] const std::vector<SimTask>& tasks() const { return tasks_; }
  [[nodiscard]] const SimTask& task(std::size_t id) const { return tasks_[id]; }
  [[nodiscard]] const SimProcess& process(std::size_t id) const { return processes_[id]; }
  [[nodiscard]] const std::vector<SimProcess>& processes() const { return processes_; }
  /// Tasks that are not freed.
  [[nodiscard]] const std::vector<std::size_t>& present() const { return present_; }
  /// CPU time that all tasks used since attach.
  [[nodiscard]] std::uint64_t consumed_ns() const { return consumed_ns_; }

 private:
  void advance(std::uint64_t span_ns);
  void schedule();
  void act();
  void progress();
  void progress(SimTask& task);
  void release(SimTask& task);
  void switch_off_for_good(SimTask& task);
  void free_task(SimTask& task);

  void start_process(const SimTask* creator);
  SimTask& add_task(std::size_t process);
  void fork(std::size_t id);
  void thread(std::size_t id);
  void begin_exec(std::size_t id);
  void end_exec(std::size_t id);
  void rename(std::size_t id);
  void move(std::size_t id);
  void exit(std::size_t id);
  void change_user(std::size_t id);
  void kill(std::size_t id);
  void begin_exit(SimTask& task, std::uint32_t status);

  [[nodiscard]] std::vector<std::size_t> members(std::size_t process) const;
  [[nodiscard]] bool others_released(const SimTask& leader) const;
  [[nodiscard]] std::uint32_t random_status();
  [[nodiscard]] event::Comm random_comm();

  Random& random_;
  KernelKnobs knobs_;
  Tracepoints& hooks_;
  std::uint64_t now_ns_{1'000'000'000'000};
  std::uint64_t attached_ns_{~std::uint64_t{0}};
  std::uint64_t consumed_ns_{};
  bool shutting_down_{};
  std::vector<SimTask> tasks_;
  std::vector<SimProcess> processes_;
  std::vector<std::size_t> present_;
  std::array<std::size_t, 2> cpus_{kIdle, kIdle};
  Numbers task_handles_{0xffff'8880'0000'0000, 0x2600};
  Numbers process_handles_{0xffff'8881'0000'0000, 0x480};
  Numbers pids_{0, 1};

  static constexpr std::size_t kIdle = ~std::size_t{0};
};

}  // namespace procledger::test
