// SPDX-License-Identifier: Apache-2.0
// One consistent picture of everything that is exported: built by the collector, never changed afterwards, read by any number of scrapes.
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

/// How many sockets of a kind the processes of a group hold. The words live for ever.
struct SocketRow {
  std::string_view protocol;
  std::string_view state;
  std::uint64_t sockets{};
};

/// Threads of a group that share a name: the living, and what all that ever had it in this group have used.
struct ThreadNameRow {
  std::string name;
  std::uint64_t living{};
  event::Totals total;
  ledger::CpuSplit cpu;  ///< as of the last walk, neither mode ever falls
};

/// One living thread.
struct ThreadRow {
  std::string daemon;  ///< of Ceph's daemons the name from their command line ("osd.3"), else as `pname`
  std::string pname;   ///< its process's comm
  std::string tname;   ///< its own
  std::uint32_t pid{};
  std::uint32_t ppid{};
  std::uint32_t tid{};
  ledger::CpuSplit cpu;  ///< since these labels became true
};

/// One living process.
struct ProcessRow {
  std::uint32_t pid{};
  std::string comm;
  std::string exe;      ///< path of the real executable; empty if unknown
  std::string cmdline;  ///< arguments joined by spaces, cut; empty if unknown
  std::string user;
  ledger::CpuSplit cpu;  ///< since these labels became true
  std::optional<std::uint64_t> resident_bytes;
};

struct GroupRow {
  std::string name;
  Labels labels;  ///< the rule's own, sorted
  ledger::Account account;
  bool configured{};                           ///< a rule names it: shown from the start, without any process too
  std::vector<ThreadNameRow> thread_names{};   ///< by name, where asked for
  std::vector<ThreadRow> threads{};            ///< by tid, where asked for
  std::vector<ProcessRow> processes{};         ///< by pid, where asked for
  std::optional<double> oldest_start_seconds;  ///< Unix time

  // From the last pass of the slow lane, where it was asked for them.
  std::optional<std::uint64_t> proportional_bytes{};
  std::optional<std::uint64_t> proportional_swap_bytes{};
  std::vector<SocketRow> sockets{};                                    ///< kinds that there are any of
  std::vector<std::pair<std::string, std::uint64_t>> wait_channels{};  ///< threads by the kernel function that they sleep in
};

/// Whether the group's estimated CPU time is shown: by a source that estimates, and for good where one has.
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
  std::uint64_t series_dropped{};  ///< series of threads and processes that the limit left out, as of now
  std::uint64_t facts_cut{};       ///< decisions about groups for which a command line, path or environment was cut short or came too late
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
  std::optional<double> slow_pass_seconds;  ///< Unix time at which the slow lane's last complete pass began
  bool lifetime_histogram{true};
};

// How a scrape gets at snapshots without knowing who makes them.

using SnapshotPtr = std::shared_ptr<const Snapshot>;

class SnapshotProvider {
 public:
  /// Called exactly once, from any thread; null when the collection failed.
  using Done = std::function<void(SnapshotPtr)>;

  virtual ~SnapshotProvider() = default;

  /// Asks for a snapshot no older than this call (or, with a fixed collection interval, the latest one). Never blocks. Requests that
  /// wait together share one collection.
  virtual void request(Done done) = 0;

  /// Empty when ready (a source runs and a first snapshot exists), else why not, for people.
  [[nodiscard]] virtual std::string not_ready() const = 0;
};

}  // namespace procledger::metrics
