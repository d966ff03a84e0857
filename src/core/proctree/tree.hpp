// SPDX-License-Identifier: Apache-2.0
// Accounts for one command and all its descendants. Events in, values out: no I/O, no clock.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/event/sink.hpp"
#include "core/ledger/ledger.hpp"
#include "core/proctree/lineage.hpp"
#include "core/proctree/program_groups.hpp"
#include "core/proctree/values.hpp"

namespace procledger::proctree {

struct Options {
  std::uint64_t attached_ns{};  ///< as ledger::Options
  bool keep_nodes{};            ///< keep a node for each process, also after its end
  std::size_t most_nodes{100'000};
  std::size_t most_programs{1'000};
};

/// A process without a reported end.
struct Living {
  std::uint32_t tgid{};
  std::uint64_t start_boottime_ns{};
  bool root{};
};

/// Accounts for one tree of processes. Owns a ledger, which charges, the classifier of that ledger, and what the ledger does not keep: the
/// creator of each process and the time for which each ran a program. A source emits events to it; the `run` command reads the values.
class Tree final : public event::Sink {
 public:
  explicit Tree(const Options& options);

  /// Sets the root of the tree. Before this call no process belongs to the tree.
  void follow(const Root& root);
  /// @copydoc Programs::reparent_children_of
  void reparent_children_of(std::uint32_t tgid, std::function<bool(std::uint32_t tgid)> is_stranger) {
    programs_.reparent_children_of(tgid, std::move(is_stranger));
  }

  void on_fork(const event::Forked& fork) override;
  void on_exec(const event::Execed& exec) override;
  void on_rename(const event::Changed& change) override;
  void on_move(const event::Changed& change) override { ledger_.on_move(change); }
  void on_exit(const event::TaskExit& final) override;
  void on_release(const event::TaskRelease& release) override;
  void on_cgroup_named(const event::CgroupNamed& cgroup) override { ledger_.on_cgroup_named(cgroup); }
  void on_cgroup_removed(std::uint64_t id) override { ledger_.on_cgroup_removed(id); }
  void begin_scan(std::uint64_t boottime_ns, event::Zombies zombies) override { ledger_.begin_scan(boottime_ns, zombies); }
  void on_sample(const event::Observation& seen) override { ledger_.on_sample(seen); }
  void on_zombie(const event::Zombie& seen) override { ledger_.on_zombie(seen); }
  void on_process_usage(const event::ProcessUsage& holding) override { ledger_.on_process_usage(holding); }
  void on_unattributed(const event::UnattributedExits& exits) override { ledger_.on_unattributed(exits); }
  void on_estimated(const event::Estimated& estimated) override { ledger_.on_estimated(estimated); }
  void end_scan(std::uint64_t boottime_ns) override;

  [[nodiscard]] std::vector<Living> living() const;
  [[nodiscard]] bool anybody_lives() const;

  /// Whether the exit records of all ended processes have come: of the root, which has ended, and of processes that the last scan missed.
  [[nodiscard]] bool settled() const;

  /// CLOCK_BOOTTIME of the last context switch of the root, and of the task that exited last; absent if not reported.
  [[nodiscard]] std::optional<std::uint64_t> root_end_ns() const { return root_end_ns_; }
  [[nodiscard]] std::optional<std::uint64_t> last_end_ns() const { return last_end_ns_; }

  /// The values as of the last scan.
  [[nodiscard]] Values values() const;
  /// The short form as of the last scan. The caller sets its time.
  [[nodiscard]] LiveSample live_sample() const;

 private:
  struct Member {
    ledger::ProcessPtr process;  ///< kept after the ledger has stopped following it
    ledger::GroupId group{};
    std::uint64_t since_ns{};  ///< start time of this program in the process
    std::uint32_t node{kNoNode};
    bool root{};
    bool alive{true};
    bool status_known{};
  };
  struct Runs {
    std::uint64_t ended{};
    std::uint64_t longest_ns{};
  };

  Member* meet(const ledger::ProcessPtr& process, std::uint64_t time_ns);
  void meet_all(std::uint64_t time_ns);
  void begin(Member& member, const ledger::ProcessPtr& process);
  void change_program(Member& member, std::uint64_t time_ns);
  void note_end(Member& member);
  void finish(Member& member, std::uint64_t time_ns);
  [[nodiscard]] std::uint32_t node_of(event::ProcessId id) const;
  Runs& runs(ledger::GroupId group);
  void note_ran(const Member& member, std::uint64_t until_ns);
  void note_peaks();
  [[nodiscard]] ProgramValues program_values(ledger::GroupId group, const ledger::Account& account) const;
  void add_living(Values& values) const;

  Programs programs_;
  ledger::Ledger ledger_;
  bool keep_nodes_;
  Lineage lineage_;
  std::unordered_map<const ledger::Process*, Member> members_;  ///< processes that the ledger follows
  std::vector<Runs> runs_;                                      ///< by group: of processes that are no longer members
  std::uint64_t started_{};
  std::uint64_t scans_{};
  std::uint64_t last_scan_ns_{};
  std::uint64_t alive_{};
  std::uint64_t most_alive_{};
  std::optional<std::uint64_t> root_end_ns_;
  std::optional<std::uint64_t> last_end_ns_;
  std::optional<std::uint64_t> resident_bytes_;
  std::optional<std::uint64_t> peak_bytes_;
  std::uint64_t unnamed_tasks_before_{};  ///< count at the time when the tree got its root
  std::uint64_t unnamed_cpu_before_ns_{};
};

}  // namespace procledger::proctree
