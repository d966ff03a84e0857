// SPDX-License-Identifier: Apache-2.0
// What a ledger must say after the same deliveries, computed the easy way: from true identities instead of handles.
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

/// What the rules ask for.
struct Identity {
  event::Comm comm;
  std::optional<std::uint64_t> cgroup_id;
  std::uint32_t uid{};
};

/// The rules of both ledgers: comm, cgroup and user, or, by every third set of rules, the user alone.
[[nodiscard]] std::string group_name(const Identity& identity, std::uint32_t rules = 0);

class NameClassifier final : public ledger::Classifier {
 public:
  ledger::Decision decide(const ledger::ProcessFacts& facts) override;
  ledger::Decision unattributed() override { return intern("(unattributed)"); }

  [[nodiscard]] const std::map<std::string, ledger::GroupId>& ids() const { return ids_; }

  ledger::Series series{};   ///< that every group has
  std::uint32_t rules{};     ///< that hold now
  bool forks_inherit{true};  ///< a process has its creator's group as long as both run the same program

 private:
  ledger::Decision intern(const std::string& name);
  std::map<std::string, ledger::GroupId> ids_;
};

class ReferenceLedger {
 public:
  struct Group {
    std::uint64_t cpu_ns{};
    std::uint64_t running_ns{};  ///< as of the last end of a walk
    std::uint64_t execs{};
    std::uint64_t exits{};
    bool operator==(const Group&) const = default;
  };

  explicit ReferenceLedger(std::uint64_t attached_ns, bool forks_inherit = true)
      : attached_ns_{attached_ns}, forks_inherit_{forks_inherit} {}

  void apply(const Delivery& delivery);

  /// Charged to tasks that had a name. Does not contain what is unnamed.
  [[nodiscard]] std::uint64_t charged_ns() const { return charged_ns_; }
  [[nodiscard]] std::uint64_t running_ns() const { return running_ns_; }
  [[nodiscard]] std::uint64_t estimated_ns() const { return estimated_ns_; }
  /// Baselines of threads that were born after attach and got a leader's older birth before they were seen: whoever charges them is right,
  /// too.
  [[nodiscard]] std::uint64_t disputed_ns() const { return disputed_ns_; }
  /// Of it: charged when nothing had told yet which group it belongs to, since only threads of a process from before attach were seen.
  [[nodiscard]] std::uint64_t unplaced_ns() const { return unplaced_ns_; }
  [[nodiscard]] const std::map<std::string, Group>& groups() const { return groups_; }
  /// Processes of which a record said that they are dead.
  [[nodiscard]] std::uint64_t exits_told() const { return exits_told_; }
  [[nodiscard]] std::uint64_t forks_told() const { return forks_told_; }
  [[nodiscard]] std::uint64_t execs_told() const { return execs_told_; }
  /// Tasks of which something was told, but not their end.
  [[nodiscard]] std::size_t open_tasks() const;
  /// Those among them that nothing has shown dead.
  [[nodiscard]] std::size_t living_tasks() const;
  [[nodiscard]] std::size_t open_processes() const;
  /// Whose leader was freed, and how many of these nobody waits for.
  [[nodiscard]] std::uint64_t reaped_processes(bool autoreaped) const;
  [[nodiscard]] bool knows_process(std::size_t process) const { return process < processes_.size() && !processes_[process].group.empty(); }
  /// Total that was charged to a task or, if it was born before attach, set aside as its baseline.
  [[nodiscard]] std::uint64_t baseline_ns(std::size_t task) const;
  [[nodiscard]] std::uint64_t seen_ns(std::size_t task) const;
  /// What tasks from before attach had run beyond their baselines at first sight: charged, though some of it may be older than attach.
  [[nodiscard]] std::uint64_t baseline_pending_ns() const { return baseline_pending_ns_; }

 private:
  struct Task {
    bool told{};
    bool died{};
    bool freed{};
    std::size_t process{};
    std::uint64_t baseline_ns{};
    std::uint64_t charged_ns{};                                 ///< highest total
    std::uint64_t until_now_ns{};                               ///< with pending time, in this walk
    std::vector<std::pair<std::uint64_t, std::string>> shares;  ///< of the slice under way: up to this total, that group's
  };
  /// What a process used beyond its tasks.
  struct Rest {
    bool told{};
    std::uint64_t charged_ns{};
  };
  struct Process {
    std::string group;           ///< empty: not decided
    Identity identity;           ///< that decided
    std::uint64_t changed_ns{};  ///< by the last record or sample that decided
    bool inherited{};            ///< a source before the present one told of it: which rest was charged as its tasks' own is not known
    Rest rest;                   ///< as the present source tells it
    std::uint64_t waiting_ns{};  ///< charged before it was decided
    bool placed{};               ///< by a record of its leader, or of the process that forked it
    bool dead{};
    bool leader_told{};  ///< its final numbers
    bool exited{};
    bool leader_freed{};
  };

  void apply_record(const Delivery& delivery);
  void apply_freed(const Delivery& delivery);
  void charge(const Delivery& delivery);
  template <typename Tell>
  static std::uint64_t shared_until(const Task& one, std::uint64_t total, Tell tell);
  void charge_rest(const Delivery& delivery);
  void notice_user(const Delivery& delivery);
  void decide(const Delivery& delivery, std::string name);
  [[nodiscard]] std::string name_of(const Delivery& delivery) const;
  void change_source();
  void decide_again();
  void end_walk();
  Task& task(std::size_t id);
  Process& process(std::size_t id);

  std::uint64_t attached_ns_;
  bool forks_inherit_;
  std::uint32_t rules_{};
  bool rules_changed_{};
  bool handing_over_{};
  std::uint64_t changed_source_ns_{};  ///< began the last walk of the source before
  std::uint64_t walk_began_ns_{};
  std::uint64_t estimated_ns_{};
  std::uint64_t charged_ns_{};
  std::uint64_t unplaced_ns_{};
  std::uint64_t disputed_ns_{};
  std::uint64_t running_ns_{};
  std::uint64_t baseline_pending_ns_{};
  std::uint64_t exits_told_{};
  std::uint64_t forks_told_{};
  std::uint64_t execs_told_{};
  std::vector<Task> tasks_;
  std::vector<Process> processes_;
  std::map<std::string, Group> groups_;
};

/// What may be expected of a ledger under a stream.
struct Expectations {
  bool groups_exact{};       ///< no life-cycle event is missing: every group must agree to the nanosecond
  bool gauges_exact{};       ///< nothing happens during a walk
  bool reasons_exact{};      ///< no life-cycle event is missing: every exit has its true reason
  bool forks_inherit{true};  ///< see NameClassifier
  std::uint64_t slack_ns{};  ///< errors of pending time: shown for tasks on a CPU, never charged
  bool excerpt{};            ///< some processes were left out: what the kernel counted over all does not apply
  std::size_t rebuild_every{};  ///< after so many deliveries, each time, the ledger gives way to one that was rebuilt from its tables; 0: never
};

/// What went wrong first.
struct Failure {
  std::string rule;
  std::string detail;
  std::size_t delivered{};  ///< so many deliveries led to it
};

/// Runs both ledgers over the deliveries and compares them at the end of each walk.
[[nodiscard]] std::optional<Failure> compare(const std::vector<Delivery>& deliveries, std::uint64_t attached_ns,
                                             const Expectations& expectations);

}  // namespace procledger::test
