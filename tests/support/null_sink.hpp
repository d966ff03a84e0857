// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/event/sink.hpp"

namespace procledger::test {

/// Ignores every event. A test overrides the events that it checks.
class NullSink : public event::Sink {
 public:
  void on_fork(const event::Forked&) override {}
  void on_exec(const event::Execed&) override {}
  void on_rename(const event::Changed&) override {}
  void on_move(const event::Changed&) override {}
  void on_died(const event::Final&) override {}
  void on_freed(const event::Freed&) override {}
  void on_cgroup_named(const event::CgroupNamed&) override {}
  void on_cgroup_removed(std::uint64_t) override {}
  void begin_walk(std::uint64_t, event::Zombies) override {}
  void on_sample(const event::Observation&) override {}
  void on_zombie(const event::Zombie&) override {}
  void on_holding(const event::Holding&) override {}
  void on_unnamed(const event::Unnamed&) override {}
  void on_estimated(const event::Estimated&) override {}
  void end_walk(std::uint64_t) override {}
};

}  // namespace procledger::test
