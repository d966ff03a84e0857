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
  void on_died(const event::Final& final) override { to_.on_died(final); }
  void on_freed(const event::Freed& freed) override { to_.on_freed(freed); }
  void on_cgroup_named(const event::CgroupNamed& named) override { to_.on_cgroup_named(named); }
  void on_cgroup_removed(std::uint64_t id) override { to_.on_cgroup_removed(id); }
  void begin_walk(std::uint64_t boottime_ns, event::Zombies zombies) override { to_.begin_walk(boottime_ns, zombies); }
  void on_sample(const event::Observation& seen) override { to_.on_sample(seen); }
  void on_zombie(const event::Zombie& seen) override { to_.on_zombie(seen); }
  void on_holding(const event::Holding& holding) override { to_.on_holding(holding); }
  void on_unnamed(const event::Unnamed& unnamed) override { to_.on_unnamed(unnamed); }
  void on_estimated(const event::Estimated& estimated) override { to_.on_estimated(estimated); }
  void end_walk(std::uint64_t boottime_ns) override { to_.end_walk(boottime_ns); }

 private:
  event::Sink& to_;
};

}  // namespace procledger::test
