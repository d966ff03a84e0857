// SPDX-License-Identifier: Apache-2.0
// The immutable result of a collection with all exported values. The collector builds it; any number of scrapes read it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/event/host.hpp"
#include "core/event/observation.hpp"
#include "core/ledger/account.hpp"
#include "core/ledger/host_cpu.hpp"

namespace procledger::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// Number of sockets of one kind that the processes of a group hold. The views refer to static texts.
struct SocketRow {
  std::string_view protocol;
  std::string_view state;
  std::uint64_t sockets{};
};

/// Threads of a group with the same name: the number of living threads, and the usage of all threads that had the name in this group.
struct ThreadNameRow {
  std::string name;
  std::uint64_t living{};
  event::TaskCounters total;
  ledger::CpuSplit cpu;  ///< as of the last scan; neither mode ever falls
};

/// One living thread.
struct ThreadRow {
  std::string daemon;  ///< for Ceph daemons the name in the command line ("osd.3"), else `pname`
  std::string pname;   ///< comm of the process
  std::string tname;   ///< comm of the thread
  std::uint32_t pid{};
  std::uint32_t ppid{};
  std::uint32_t tid{};
  ledger::CpuSplit cpu;  ///< since the labels last changed
};

/// One living process.
struct ProcessRow {
  std::uint32_t pid{};
  std::string comm;
  std::string exe;      ///< path of the real executable; empty if unknown
  std::string cmdline;  ///< arguments joined by spaces, cut; empty if unknown
  std::string user;
  ledger::CpuSplit cpu;  ///< since the labels last changed
  std::optional<std::uint64_t> resident_bytes;
};

struct GroupRow {
  std::string name;
  Labels labels;  ///< labels of the rule, sorted
  ledger::Account account;
  bool configured{};                           ///< a rule has this fixed name: on the page from the start, also without a process
  std::vector<ThreadNameRow> thread_names{};   ///< sorted by name; empty unless enabled
  std::vector<ThreadRow> threads{};            ///< sorted by tid; empty unless enabled
  std::vector<ProcessRow> processes{};         ///< sorted by pid; empty unless enabled
  std::optional<double> oldest_start_seconds;  ///< Unix time

  // From the last background pass, where enabled.
  std::optional<std::uint64_t> proportional_bytes{};
  std::optional<std::uint64_t> proportional_swap_bytes{};
  std::vector<SocketRow> sockets{};                                    ///< kinds with at least one socket
  std::vector<std::pair<std::string, std::uint64_t>> wait_channels{};  ///< threads by the kernel function in which they sleep
};

/// Whether the page has the estimated CPU time of the group: the source estimates, or an earlier source has estimated.
[[nodiscard]] inline bool shows_estimates(const GroupRow& row, const event::KernelFacts& kernel) {
  return kernel.estimates || row.account.estimated != ledger::CpuSplit{};
}

/// Host-wide count of processes of one user in one state.
struct UserState {
  std::string user;
  event::State state{};
  std::uint64_t processes{};
};

struct LossRow {
  std::string cause;
  std::uint64_t records{};
  std::optional<std::uint64_t> cpu_ns;  ///< absent if losses of this cause cost no CPU time
};

struct SourceRow {
  std::string name;  ///< bpf, taskstats, proc
  bool active{};
  std::string reason;  ///< one of a fixed set of words; empty when not active
};

/// The collector's values about its own work.
struct SelfReport {
  double collect_seconds{};      ///< wall time of the last collection
  double collect_cpu_seconds{};  ///< CPU time of all collections and drains since the start
  std::uint64_t groups_dropped{};
  std::uint64_t series_dropped{};  ///< series of threads and processes that the limit removes from this snapshot
  std::uint64_t facts_cut{};       ///< group assignments with a truncated or late command line, path or environment
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
  std::optional<double> slow_pass_seconds;  ///< Unix time at which the last complete background pass began
  bool lifetime_histogram{true};
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// Supplies snapshots to scrapes. The collector implements the interface, the HTTP handler calls it; neither includes the other.
class SnapshotProvider {
 public:
  /// The provider calls it exactly once, from any thread, with null if the collection failed.
  using Done = std::function<void(SnapshotPtr)>;

  virtual ~SnapshotProvider() = default;

  /// Requests a snapshot that is not older than this call, or, with a fixed collection interval, the latest snapshot. Never blocks.
  /// Concurrent requests share one collection.
  virtual void request(Done done) = 0;

  /// Empty when ready: a source runs and a first snapshot exists. Else the reason as a text for users.
  [[nodiscard]] virtual std::string not_ready() const = 0;
};

}  // namespace procledger::metrics
