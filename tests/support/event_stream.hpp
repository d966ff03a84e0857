// SPDX-License-Identifier: Apache-2.0
// The events that a source would report of a ReferenceKernel, including losses, each with the true identity of its task and process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/event/sink.hpp"
#include "support/reference_kernel.hpp"

namespace procledger::test {

/// The rates of losses, delays and repetitions, in percent.
struct StreamKnobs {
  KernelKnobs kernel;
  std::uint64_t steps{40};
  std::uint64_t steps_before_attach{};
  std::uint64_t scan_percent{20};   ///< chance per step of a scan
  std::uint64_t drain_percent{15};  ///< chance per step that the ring is drained between scans
  std::uint64_t pause_percent{3};   ///< chance per step of a pause of up to 40 s, longer than the horizon of the ledger
  std::uint64_t race_percent{30};   ///< chance per task that the kernel steps during a scan
  std::uint64_t lose_fork{}, lose_exec{}, lose_change{};
  std::uint64_t overflow{};          ///< of exits: only added to the unattributed
  std::uint64_t lose_free{};         ///< of release records
  std::uint64_t repeat{};            ///< of exit and release records: reported twice
  std::uint64_t lagging_drain{};     ///< of scans: the ring is not drained up to the time of the scan
  std::uint64_t pending_error_ns{};  ///< maximum error of pending_ns, in both directions
  std::uint64_t reload_percent{};    ///< chance per step that the rules change
  /// Chance per step of a change of source: hooks and scans of /proc in turn, or new hooks each time.
  std::uint64_t change_percent{};
  bool scans{};                    ///< whether scans are among the sources
  std::uint64_t overlap_steps{3};  ///< maximum number of steps that both sources see
  std::uint64_t blind_percent{};   ///< of changes: the hooks fail some steps before the change
};

struct ProcessExit {
  std::size_t process{};
  std::uint32_t status{};
  bool sure{};  ///< false: the leader exited before attach and the last thread after, so that the exit may be missing
};

/// One call of a Sink, with the true identity of its task and process.
struct Delivery {
  enum class Kind : std::uint8_t {
    kFork,
    kExec,
    kRename,
    kMove,
    kExit,
    kRelease,
    kBegin,
    kSample,
    kZombie,
    kUnnamed,
    kEnd,
    kEstimated,
    kReload,
    kBeginHandover,
    kChangeSource
  };

  Kind kind{};
  event::Observation seen;
  event::ProcessId creator;
  std::uint64_t time_ns{};
  std::uint64_t exit_boottime_ns{};  ///< kExit
  std::uint32_t previous_tid{};
  event::Zombies zombies{};  ///< kBegin
  event::UnattributedExits unnamed;
  event::Estimated estimated;
  bool status_known{true};  ///< kExit
  std::uint32_t rules{};    ///< kReload: the new rules

  std::size_t task{};
  std::size_t process{};
  std::size_t creator_process{};
  std::uint64_t start_ns{};                     ///< the true start of the task
  bool exit_seen{};                             ///< the last thread of the process had its last switch after attach
  std::vector<std::size_t> unattributed_tasks;  ///< kUnnamed, kEnd: all so far
  std::uint64_t consumed_ns{};                  ///< kEnd: by all tasks since attach
  std::vector<ProcessExit> exited;              ///< kEnd: processes without a running thread that exited after attach or will
  std::uint64_t living_processes{};             ///< kEnd: processes with a task that is not a zombie
  std::uint64_t living_threads{};               ///< kEnd: tasks that are not zombies
  std::uint64_t reported_twice_ns{};            ///< kEnd: maximum time that two sources reported, because the first did not know the task
};

bool is_autoreaped(std::size_t process);

/// Calls the sink. kReload, kBeginHandover and kChangeSource are no calls of a sink and have no effect.
void deliver(const Delivery& delivery, event::Sink& sink);
std::string to_string(const Delivery& delivery);

class ProcScans;

class EventStream final : private Tracepoints {
 public:
  EventStream(std::uint64_t seed, const StreamKnobs& knobs);
  ~EventStream();

  /// Runs the stream until all tasks are freed, and 45 s of scans after that.
  const std::vector<Delivery>& play();

  [[nodiscard]] const ReferenceKernel& kernel() const { return kernel_; }
  /// The wait statuses of exits since attach.
  [[nodiscard]] const std::vector<std::uint32_t>& exit_statuses() const { return exit_statuses_; }
  /// Sum of the absolute errors of pending_ns.
  [[nodiscard]] std::uint64_t misstated_ns() const { return misstated_ns_; }
  [[nodiscard]] const std::vector<std::size_t>& unattributed_tasks() const { return unnamed_tasks_; }

 private:
  void forked(const SimTask& child, const SimProcess& creator) override;
  void execed(const SimTask& task, std::uint32_t previous_tid) override;
  void renamed(const SimTask& leader) override;
  void moved(const SimTask& leader) override;
  void exited(const SimTask& task) override;
  void freed(const SimTask& task) override;

  [[nodiscard]] Delivery record(Delivery::Kind kind, const SimTask& task) const;
  [[nodiscard]] bool hooks() const { return hooked_ || next_hooked_; }
  void note_exit(const SimProcess& process);
  void put_in_rings(const Delivery& delivery);
  void put_mark(Delivery::Kind kind);
  [[nodiscard]] bool in_limbo() const;
  void reload();
  void change_source();
  void go_blind();
  void with_pending_error(Delivery& change);
  void change(Delivery::Kind kind, const SimTask& task, std::uint64_t loss, std::uint32_t previous_tid);
  void add_unnamed(const SimTask& task, const Delivery& final);
  void step();
  [[nodiscard]] std::size_t records_older_than(std::uint64_t age_ns) const;
  void drain(std::size_t records);
  void collect();
  void read_tasks(std::vector<Delivery>& read);
  void scan();
  [[nodiscard]] event::Zombies zombies() const;
  void mark(Delivery::Kind kind);
  [[nodiscard]] bool exits_after_attach(const SimProcess& process) const;
  [[nodiscard]] bool surely_exits_after_attach(const SimProcess& process) const;
  void put(const Delivery& delivery);

  Random random_;
  StreamKnobs knobs_;
  ReferenceKernel kernel_;
  bool hooked_{};                     ///< the present source has attached its hooks
  bool next_hooked_{};                ///< the next source has attached its hooks
  std::unique_ptr<ProcScans> scans_;  ///< the present source, if it scans /proc
  std::deque<Delivery> ring_;
  std::deque<Delivery> next_ring_;
  std::uint64_t reported_twice_ns_{};
  std::uint32_t rules_{};
  std::vector<bool> exit_unreported_;        ///< by process: no hook saw the exit of one of its tasks
  event::UnattributedExits unattributed_;    ///< of all sources
  event::UnattributedExits source_unnamed_;  ///< of the present source
  std::vector<std::size_t> unnamed_tasks_;
  std::vector<bool> reported_;   ///< by task: an event of the task was delivered
  std::vector<bool> exit_seen_;  ///< by process
  std::vector<std::uint32_t> exit_statuses_;
  std::uint64_t misstated_ns_{};
  std::uint64_t collections_{};
  std::vector<Delivery> deliveries_;
};

}  // namespace procledger::test
