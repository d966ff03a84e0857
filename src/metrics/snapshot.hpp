// SPDX-License-Identifier: Apache-2.0
// One consistent picture of everything that is exported: built by the collector, never changed afterwards, read by any number of scrapes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/host.hpp"
#include "event/observation.hpp"
#include "ledger/account.hpp"
#include "ledger/host_ledger.hpp"

namespace procledger::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// How many sockets of a kind the processes of a group hold. The words live for ever.
struct SocketRow {
  std::string_view protocol;
  std::string_view state;
  std::uint64_t sockets{};
};

struct GroupRow {
  std::string name;
  Labels labels;  ///< the rule's own, sorted
  ledger::Account account;
  std::optional<double> oldest_start_seconds;  ///< Unix time

  // From the last pass of the slow lane, where it was asked for them.
  std::optional<std::uint64_t> proportional_bytes{};
  std::vector<SocketRow> sockets{};  ///< kinds that there are any of
};

/// Host-wide count of processes of one user in one state.
struct UserState {
  std::string user;
  event::State state{};
  std::uint64_t processes{};
};

struct LossRow {
  std::string cause;
  std::uint64_t records{};
  std::optional<std::uint64_t> cpu_ns;  ///< absent where a loss costs no CPU time
};

struct SourceRow {
  std::string name;  ///< bpf, taskstats, proc
  bool active{};
  std::string reason;  ///< a word of a fixed set; empty when not active
};

/// The collector about itself.
struct SelfReport {
  double collect_seconds{};      ///< wall time of the last collection
  double collect_cpu_seconds{};  ///< of all collections and drains since start
  std::uint64_t groups_dropped{};
};

/// This process, in the words of /proc/self: absent where it could not be read.
struct OwnProcess {
  std::optional<double> cpu_seconds;
  std::optional<double> resident_bytes;
  std::optional<double> virtual_bytes;
  std::optional<double> open_fds;
  std::optional<double> max_fds;
  std::optional<double> start_time_seconds;
};

struct Snapshot {
  std::vector<GroupRow> groups;
  std::vector<UserState> users;
  ledger::HostAccount host;
  std::vector<LossRow> losses;
  std::vector<event::ProgramMisses> misses;
  std::vector<SourceRow> sources;
  event::KernelFacts kernel;
  SelfReport self;
  OwnProcess own;
  std::optional<double> slow_pass_seconds;  ///< Unix time at which the slow lane's last complete pass began
  bool lifetime_histogram{true};
};

}  // namespace procledger::metrics
