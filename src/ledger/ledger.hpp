// SPDX-License-Identifier: Apache-2.0
// The ledger: turns what sources saw into counters that are exact, never fall and count nothing twice. Events in, accounts out.
// It does no I/O, reads no clock, logs nothing, and knows neither eBPF nor Prometheus.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "event/sink.hpp"
#include "ledger/account.hpp"
#include "ledger/classifier.hpp"
#include "ledger/process_table.hpp"
#include "ledger/task_table.hpp"
#include "ledger/tombstones.hpp"

namespace procledger::ledger {

struct Options {
  /// CLOCK_BOOTTIME before the source's hooks were in place. What a task born earlier had consumed at first sight is a baseline.
  std::uint64_t attached_ns{};
  /// How long the dead are remembered. The latest record seen is 10 s late (RCU_LAZY on nocb CPUs, kernel/rcu/tree_nocb.h).
  std::uint64_t horizon_ns{15'000'000'000};
  /// Most dead processes remembered at once: 15 s of 4,000 exits a second.
  std::size_t max_tombstones{1u << 16};
};

/// What the ledger could not do as it should, since start.
struct Anomalies {
  std::uint64_t died_before_walk{};     ///< born before attach, dead before the first look: charged nothing
  std::uint64_t unnamed_tasks{};        ///< finals that came without a name
  std::uint64_t unnamed_cpu_ns{};       ///< their CPU time, in the group "(unattributed)"
  std::uint64_t tombstones_evicted{};   ///< dead processes forgotten before the horizon
  std::uint64_t vanished_tasks{};       ///< gone without any final record within the horizon
};

/// Host-wide processes by effective uid and state.
using UserStates = std::map<std::pair<std::uint32_t, event::State>, std::uint64_t>;

class Ledger final : public event::Sink {
 public:
  Ledger(Classifier& classifier, Options options);

  void on_fork(const event::Forked& fork) override;
  void on_exec(const event::Execed& exec) override;
  void on_rename(const event::Changed& change) override;
  void on_move(const event::Changed& change) override;
  void on_freed(const event::Final& final) override;
  void begin_walk(std::uint64_t boottime_ns) override;
  void on_sample(const event::Observation& seen) override;
  void on_died(const event::Final& final) override;
  void on_unnamed(const event::Unnamed& unnamed) override;
  void end_walk(std::uint64_t boottime_ns) override;

  /// By GroupId. Counters are current; `shown` and the gauges are as of the last end_walk.
  [[nodiscard]] const std::vector<Account>& accounts() const { return accounts_; }
  /// Everything ever charged, dropped groups included, plus what tasks on a CPU had run beyond it at the last walk. Never falls.
  [[nodiscard]] std::uint64_t tasks_cpu_ns() const { return shown_total_ns_; }
  [[nodiscard]] const Anomalies& anomalies() const { return anomalies_; }
  [[nodiscard]] const UserStates& user_states() const { return user_states_; }

  [[nodiscard]] std::size_t live_processes() const { return processes_.size(); }
  [[nodiscard]] std::size_t live_tasks() const { return tasks_.size(); }

