// SPDX-License-Identifier: Apache-2.0
// The loaded and attached eBPF programs, and errors of loading that say what to do.
#pragma once

#include <memory>
#include <vector>

#include "base/result.hpp"
#include "bpf/wire.h"
#include "core/event/host.hpp"
#include "core/event/sink.hpp"
#include "sources/bpf/bpf_source.hpp"

struct bpf_object;  // NOLINT(readability-identifier-naming): libbpf's
struct procledger_bpf;

namespace procledger::bpf {

/// Refuses an object with a record version other than PL_WIRE_VERSION. Every source file of the object carries the version that it was
/// compiled with. Call before the object is loaded.
/// @error kUnsupported: the message names both versions.
[[nodiscard]] Result<void> check_wire_version(bpf_object& object);

struct SkeletonDeleter {
  void operator()(procledger_bpf* skeleton) const noexcept;
};

/// Owns programs, maps and links of the skeleton, and reads and writes their settings and counters. BpfSource holds one. Does not read the
/// ring, the spill map or the scan: Ring, Spill and read_tasks do that through the file descriptors.
class BpfObject {
 public:
  /// @error as open_bpf_source
  static Result<BpfObject> load(const BpfOptions& options, const KernelTypes& types, bool cgroup_v1);

  [[nodiscard]] int ring_fd() const;
  [[nodiscard]] int spill_fd() const;
  [[nodiscard]] int slots_fd() const;
  [[nodiscard]] int iterator_link_fd() const;
  [[nodiscard]] unsigned cpus() const { return cpus_; }

  /// Number of exit records that went to the spill map since load. The exit hook raises this number after the entry is in the map.
  [[nodiscard]] std::uint64_t spilled() const;
  /// Sets what the next scans emit for tasks past their last switch.
  void show_zombies(pl_zombies how);
  /// Sets whether exec records carry, in addition to arguments, the path and the environment from now on.
  void want(bool path, bool environment);
  /// Counts of lost records, summed over CPUs, indexed by enum pl_loss.
  [[nodiscard]] Result<std::vector<std::uint64_t>> losses() const;
  /// Unattributed totals since load, summed over CPUs.
  [[nodiscard]] Result<event::UnattributedExits> overflow() const;
  /// Number of skipped runs of each program, since load.
  [[nodiscard]] std::vector<event::ProgramMisses> misses() const;

 private:
  BpfObject(std::unique_ptr<procledger_bpf, SkeletonDeleter> skeleton, unsigned cpus);

  std::unique_ptr<procledger_bpf, SkeletonDeleter> skeleton_;
  unsigned cpus_;
};

}  // namespace procledger::bpf
