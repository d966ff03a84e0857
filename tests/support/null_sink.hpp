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
  void on_exit(const event::TaskExit&) override {}
  void on_release(const event::TaskRelease&) override {}
  void on_cgroup_named(const event::CgroupNamed&) override {}
  void on_cgroup_removed(std::uint64_t) override {}
  void begin_scan(std::uint64_t, event::Zombies) override {}
  void on_sample(const event::Observation&) override {}
  void on_zombie(const event::Zombie&) override {}
  void on_process_usage(const event::ProcessUsage&) override {}
  void on_unattributed(const event::UnattributedExits&) override {}
  void on_estimated(const event::Estimated&) override {}
  void end_scan(std::uint64_t) override {}
};

}  // namespace procledger::test
