// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/event/sink.hpp"

namespace procledger::test {

/// Passes every event to another sink. A test overrides the events that it checks.
class ForwardingSink : public event::Sink {
 public:
  explicit ForwardingSink(event::Sink& to) : to_{to} {}

  void on_fork(const event::Forked& fork) override { to_.on_fork(fork); }
  void on_exec(const event::Execed& exec) override { to_.on_exec(exec); }
  void on_rename(const event::Changed& change) override { to_.on_rename(change); }
  void on_move(const event::Changed& change) override { to_.on_move(change); }
  void on_exit(const event::TaskExit& final) override { to_.on_exit(final); }
  void on_release(const event::TaskRelease& release) override { to_.on_release(release); }
  void on_cgroup_named(const event::CgroupNamed& named) override { to_.on_cgroup_named(named); }
  void on_cgroup_removed(std::uint64_t id) override { to_.on_cgroup_removed(id); }
  void begin_scan(std::uint64_t boottime_ns, event::Zombies zombies) override { to_.begin_scan(boottime_ns, zombies); }
  void on_sample(const event::Observation& seen) override { to_.on_sample(seen); }
  void on_zombie(const event::Zombie& seen) override { to_.on_zombie(seen); }
  void on_process_usage(const event::ProcessUsage& holding) override { to_.on_process_usage(holding); }
  void on_unattributed(const event::UnattributedExits& unnamed) override { to_.on_unattributed(unnamed); }
  void on_estimated(const event::Estimated& estimated) override { to_.on_estimated(estimated); }
  void end_scan(std::uint64_t boottime_ns) override { to_.end_scan(boottime_ns); }

 private:
  event::Sink& to_;
};

}  // namespace procledger::test
