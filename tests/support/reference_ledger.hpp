// SPDX-License-Identifier: Apache-2.0
// The expected state of a ledger after the same deliveries, computed from true identities instead of handles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/ledger/classifier.hpp"
#include "core/ledger/ledger.hpp"
#include "support/event_stream.hpp"

namespace procledger::test {

/// The attributes that the rules use.
struct Identity {
  event::Comm comm;
  std::optional<std::uint64_t> cgroup_id;
  std::uint32_t uid{};
};

/// The rules of both ledgers: comm, cgroup and user. In every third set of rules: the user alone.
[[nodiscard]] std::string group_name(const Identity& identity, std::uint32_t rules = 0);

class NameClassifier final : public ledger::Classifier {
 public:
  ledger::Decision decide(const ledger::ProcessFacts& facts) override;
  ledger::Decision unattributed() override { return intern("(unattributed)"); }

  [[nodiscard]] const std::map<std::string, ledger::GroupId>& ids() const { return ids_; }

  ledger::Series series{};   ///< of every group
  std::uint32_t rules{};     ///< the present rules
  bool forks_inherit{true};  ///< a process has the group of its creator as long as both run the same program

 private:
  ledger::Decision intern(const std::string& name);
  std::map<std::string, ledger::GroupId> ids_;
};

class ReferenceLedger {
 public:
  struct Group {
    std::uint64_t cpu_ns{};
    std::uint64_t running_ns{};  ///< at the end of the last scan
    std::uint64_t execs{};
    std::uint64_t exits{};
    bool operator==(const Group&) const = default;
  };

  explicit ReferenceLedger(std::uint64_t attached_ns, bool forks_inherit = true)
      : attached_ns_{attached_ns}, forks_inherit_{forks_inherit} {}

  void apply(const Delivery& delivery);

  /// Time charged to tasks with a group, without unattributed time.
  [[nodiscard]] std::uint64_t charged_ns() const { return charged_ns_; }
  [[nodiscard]] std::uint64_t running_ns() const { return running_ns_; }
  [[nodiscard]] std::uint64_t estimated_ns() const { return estimated_ns_; }
  /// Baselines of threads that started after attach and took over a leader's earlier start before a record showed them. A ledger that
  /// charges these baselines is also correct.
  [[nodiscard]] std::uint64_t disputed_ns() const { return disputed_ns_; }
  /// The part of charged_ns() that was charged before the group was known, because only threads of a process from before attach were seen.
  [[nodiscard]] std::uint64_t unplaced_ns() const { return unplaced_ns_; }
  [[nodiscard]] const std::map<std::string, Group>& groups() const { return groups_; }
  /// Processes whose exit a record reported.
  [[nodiscard]] std::uint64_t exits_reported() const { return exits_reported_; }
  [[nodiscard]] std::uint64_t forks_reported() const { return forks_reported_; }
  [[nodiscard]] std::uint64_t execs_reported() const { return execs_reported_; }
  /// Tasks with a report, and without a reported release.
  [[nodiscard]] std::size_t open_tasks() const;
  /// Open tasks whose exit was not reported.
  [[nodiscard]] std::size_t living_tasks() const;
  [[nodiscard]] std::size_t open_processes() const;
  /// Processes whose leader was released: autoreaped, or reaped by their parent.
  [[nodiscard]] std::uint64_t reaped_processes(bool autoreaped) const;
  [[nodiscard]] bool knows_process(std::size_t process) const { return process < processes_.size() && !processes_[process].group.empty(); }
  /// The baseline of a task: its total at first sight if the task started before attach, else 0.
  [[nodiscard]] std::uint64_t baseline_ns(std::size_t task) const;
  /// The highest total of a task, including its baseline.
  [[nodiscard]] std::uint64_t seen_ns(std::size_t task) const;
  /// Pending time of tasks from before attach at first sight. The time is charged, although a part may be from before attach.
  [[nodiscard]] std::uint64_t baseline_pending_ns() const { return baseline_pending_ns_; }

 private:
  struct Task {
    bool reported{};
    bool exited{};
    bool released{};
    std::size_t process{};
    std::uint64_t baseline_ns{};
    std::uint64_t charged_ns{};                                 ///< highest total
    std::uint64_t until_now_ns{};                               ///< with pending time, in this scan
    std::vector<std::pair<std::uint64_t, std::string>> shares;  ///< of the present slice: up to this total, the time of this group
  };
  /// The time of a process beyond its tasks.
  struct Rest {
    bool reported{};
    std::uint64_t charged_ns{};
  };
  struct Process {
    std::string group;           ///< empty: not assigned
    Identity identity;           ///< at the assignment
    std::uint64_t changed_ns{};  ///< time of the last record or sample that assigned the group
    bool inherited{};            ///< reported by an earlier source: the part of the rest that was charged to tasks is unknown
    Rest rest;                   ///< by the present source
    std::uint64_t waiting_ns{};  ///< charged before the assignment
    bool placed{};               ///< by a record of the leader or of the creator
    bool dead{};
    bool leader_reported{};         ///< the exit record of the leader came
    std::size_t reported_leader{};  ///< task of that record
    bool exited{};
    bool leader_released{};
  };

  void apply_record(const Delivery& delivery);
  void apply_release(const Delivery& delivery);
  void charge(const Delivery& delivery);
  template <typename Emit>
  static std::uint64_t shared_until(const Task& one, std::uint64_t total, Emit emit);
  void charge_rest(const Delivery& delivery);
  void notice_user(const Delivery& delivery);
  void decide(const Delivery& delivery, std::string name);
  [[nodiscard]] std::string name_of(const Delivery& delivery) const;
  void change_source();
  void reclassify();
  void end_scan();
  Task& task(std::size_t id);
  Process& process(std::size_t id);

  std::uint64_t attached_ns_;
  bool forks_inherit_;
  std::uint32_t rules_{};
  bool rules_changed_{};
  bool handing_over_{};
  std::uint64_t changed_source_ns_{};  ///< start of the last scan of the previous source
  std::uint64_t scan_began_ns_{};
  std::uint64_t estimated_ns_{};
  std::uint64_t charged_ns_{};
  std::uint64_t unplaced_ns_{};
  std::uint64_t disputed_ns_{};
  std::uint64_t running_ns_{};
  std::uint64_t baseline_pending_ns_{};
  std::uint64_t exits_reported_{};
  std::uint64_t forks_reported_{};
  std::uint64_t execs_reported_{};
  std::vector<Task> tasks_;
  std::vector<Process> processes_;
  std::map<std::string, Group> groups_;
};

/// The expectations of a ledger for a stream.
struct Expectations {
  bool groups_exact{};          ///< no life-cycle event is missing: every group must agree to the nanosecond
  bool gauges_exact{};          ///< no event happens during a scan
  bool reasons_exact{};         ///< no life-cycle event is missing: every exit has its true reason
  bool forks_inherit{true};     ///< see NameClassifier
  std::uint64_t slack_ns{};     ///< errors of pending time, which is shown for tasks on a CPU and never charged
  bool excerpt{};               ///< some processes were removed: totals of the kernel do not apply
  std::size_t rebuild_every{};  ///< the ledger is rebuilt from its tables after every `rebuild_every` deliveries; 0: never
};

/// The first failure.
struct Failure {
  std::string rule;
  std::string detail;
  std::size_t delivered{};  ///< number of deliveries up to the failure
};

/// Runs both ledgers over the deliveries and compares them at the end of each scan.
[[nodiscard]] std::optional<Failure> compare(const std::vector<Delivery>& deliveries, std::uint64_t attached_ns,
                                             const Expectations& expectations);

}  // namespace procledger::test
