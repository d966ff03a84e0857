// SPDX-License-Identifier: Apache-2.0
// A ledger with groups by comm, and short functions for the reports of a source. Times are milliseconds after an arbitrary start.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/ledger/ledger.hpp"
#include "support/reference_ledger.hpp"

namespace procledger::ledger {

inline constexpr std::uint64_t kMs = 1'000'000;
inline constexpr std::uint64_t kAttached = 1'000'000 * kMs;

/// CLOCK_BOOTTIME, `ms` after attach. Negative: before.
constexpr std::uint64_t at(std::int64_t ms) { return kAttached + static_cast<std::uint64_t>(ms * static_cast<std::int64_t>(kMs)); }

/// A report about a task. Default: a running leader without CPU time.
struct Seen {
  std::uint64_t task{1};
  std::int64_t born{};
  std::uint64_t process{100};
  std::uint32_t tgid{10};
  std::string_view comm{"web"};
  std::uint64_t cpu{};      ///< ms
  std::uint64_t pending{};  ///< ms
  bool leader{true};
  std::uint32_t live{1};
  std::uint32_t status{};
  bool group_exit{};
  event::State state{event::State::kSleeping};
  std::optional<std::uint64_t> cgroup{};
  std::uint32_t uid{};

  /// The tid of a thread that is not the leader.
  [[nodiscard]] std::uint32_t own_tid() const { return 1000 + static_cast<std::uint32_t>(task); }

  // NOLINTNEXTLINE(google-explicit-constructor): tests pass a Seen in place of an observation
  operator event::Observation() const {
    event::Observation seen;
    seen.task = {.handle = task, .start_boottime_ns = at(born)};
    seen.process = {.handle = process, .tgid = tgid};
    seen.total.cpu_ns = cpu * kMs;
    seen.pending_ns = pending * kMs;
    seen.cgroup_id = cgroup;
    seen.tid = leader ? tgid : own_tid();
    seen.uid = uid;
    seen.exit_status = status;
    seen.live_threads = live;
    seen.state = state;
    seen.leader = leader;
    seen.group_exit = group_exit;
    seen.comm = event::Comm{comm};
    return seen;
  }
};

class LedgerTest : public testing::Test {
 protected:
  explicit LedgerTest(Options options = {.attached_ns = kAttached}) : ledger{classifier, options} {}

  void fork(const Seen& child, event::ProcessId creator = {}) { ledger.on_fork({.child = child, .creator = creator}); }
  void exec(const Seen& task, std::int64_t when, bool from_thread = false) {
    ledger.on_exec({.task = task,
                    .filename = "/bin/program",
                    .args = std::nullopt,
                    .filename_cut = false,
                    .args_cut = false,
                    .previous_tid = from_thread ? task.own_tid() : task.tgid,
                    .time_ns = at(when)});
  }
  void rename(const Seen& task, std::int64_t when) { ledger.on_rename({.task = task, .time_ns = at(when)}); }
  void move(const Seen& task, std::int64_t when) { ledger.on_move({.task = task, .time_ns = at(when)}); }
  void exited(const Seen& task, std::int64_t when) { ledger.on_exit(final(task, when)); }
  void released(const Seen& task, std::int64_t when) { ledger.on_release(end_of(task, when)); }
  void ended(const Seen& task, std::int64_t when) {
    exited(task, when);
    released(task, when);
  }
  void sample(const Seen& task) { ledger.on_sample(task); }
  void zombie(const event::Observation& task) {
    ledger.on_zombie({.task = task.task, .process = task.process, .parent = task.parent, .leader = task.leader});
  }

  /// A scan with the samples that `read` reports.
  template <typename Read>
  void scan(std::int64_t when, Read read, event::Zombies zombies = event::Zombies::kListed) {
    ledger.begin_scan(at(when), zombies);
    read();
    ledger.end_scan(at(when) + 1);
  }
  void scan(std::int64_t when) {
    scan(when, [] {});
  }

  /// The account of a group: a comm, or "comm@cgroup".
  [[nodiscard]] Account group(const std::string& name) const {
    const bool plain = name.find('@') == std::string::npos && name.front() != '(';
    const auto id = classifier.ids().find(plain ? name + "@0" : name);
    return id == classifier.ids().end() ? Account{} : ledger.accounts()[id->second];
  }
  [[nodiscard]] std::uint64_t cpu_ms(const std::string& name) const { return group(name).total.cpu_ns / kMs; }
  [[nodiscard]] std::uint64_t total_ms() const { return ledger.tasks_cpu_ns() / kMs; }
  [[nodiscard]] std::uint64_t exits(const std::string& name) const {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : group(name).exits) sum += count;
    return sum;
  }

  static event::TaskExit final(const Seen& task, std::int64_t when) {
    event::TaskExit last{.task = task, .exit_boottime_ns = at(when)};
    last.task.exited = true;
    return last;
  }

  static event::TaskRelease end_of(const event::Observation& task, std::int64_t when) {
    return {.task = task.task,
            .process = task.process,
            .parent = task.parent,
            .tid = task.tid,
            .exit_status = task.exit_status,
            .leader = task.leader,
            .group_exit = task.group_exit,
            .autoreaped = false,
            .time_ns = at(when)};
  }

  test::NameClassifier classifier;
  Ledger ledger;
};

}  // namespace procledger::ledger
