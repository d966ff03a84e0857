// SPDX-License-Identifier: Apache-2.0
// A process tree, and short functions for the reports of a source. Times are milliseconds after the attach of the source.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/proctree/tree.hpp"

namespace procledger::proctree {

inline constexpr std::uint64_t kMs = 1'000'000;
inline constexpr std::uint64_t kAttached = 1'000'000 * kMs;

constexpr std::uint64_t at(std::uint64_t ms) { return kAttached + ms * kMs; }

/// A process with one thread.
struct Person {
  std::uint32_t tgid{10};
  std::uint64_t born{};  ///< ms
  std::string_view comm{"sh"};

  [[nodiscard]] event::ProcessId id() const { return {.handle = 1000 + tgid, .tgid = tgid}; }
  /// @param cpu  ms
  [[nodiscard]] event::Observation seen(std::uint64_t cpu, std::optional<event::ProcessId> parent = std::nullopt) const {
    event::Observation seen;
    seen.task = {.handle = tgid, .start_boottime_ns = at(born)};
    seen.process = id();
    seen.parent = parent;
    seen.total.cpu_ns = cpu * kMs;
    seen.total.user_ticks_ns = cpu * kMs;
    seen.tid = tgid;
    seen.live_threads = 1;
    seen.state = event::State::kSleeping;
    seen.leader = true;
    seen.comm = event::Comm{comm};
    return seen;
  }
};

class Family : public testing::Test {
 protected:
  Family() : Family{{.attached_ns = kAttached, .keep_nodes = true}} {}
  explicit Family(const Options& options) : tree{options} {}

  static constexpr Person kRoot{.tgid = 10, .born = 5, .comm = "build"};

  void SetUp() override { tree.follow({.tgid = kRoot.tgid, .started_after_ns = at(4), .name = "build"}); }

  void fork(const Person& child, const Person& creator) { tree.on_fork({.child = child.seen(0, creator.id()), .creator = creator.id()}); }
  void begin() { fork(kRoot, {.tgid = 2, .comm = "procledger"}); }
  void exec(const Person& who, std::uint64_t cpu, const std::string& filename, std::uint64_t when) {
    tree.on_exec({.task = who.seen(cpu), .filename = filename, .args = std::nullopt, .previous_tid = who.tgid, .time_ns = at(when)});
  }
  void exited(const Person& who, std::uint64_t cpu, std::uint64_t when, std::uint32_t status = 0,
              std::optional<std::uint64_t> peak = std::nullopt) {
    event::TaskExit final{.task = who.seen(cpu), .exit_boottime_ns = at(when), .peak = peak};
    final.task.exited = true;
    final.task.live_threads = 0;
    final.task.exit_status = status;
    tree.on_exit(final);
  }
  void released(const Person& who, std::uint64_t when) {
    tree.on_release({.task = who.seen(0).task, .process = who.id(), .tid = who.tgid, .leader = true, .time_ns = at(when)});
  }
  /// A scan with the samples that `read` reports.
  template <typename Read>
  void scan(std::uint64_t when, Read read) {
    tree.begin_scan(at(when), event::Zombies::kListed);
    read();
    tree.end_scan(at(when));
  }
  void scan(std::uint64_t when) {
    scan(when, [] {});
  }

  [[nodiscard]] ProgramValues program(const std::string& name) const {
    for (const ProgramValues& each : tree.values().programs) {
      if (each.name == name) return each;
    }
    return ProgramValues{};
  }

  Tree tree;
};

}  // namespace procledger::proctree
