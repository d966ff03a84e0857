// SPDX-License-Identifier: Apache-2.0
// The loaded and attached programs, and the errors of getting there in words for people.
#pragma once

#include <memory>
#include <vector>

#include "base/result.hpp"
#include "bpf/wire.h"
#include "core/event/host.hpp"
#include "core/event/sink.hpp"
#include "sources/bpf/bpf_source.hpp"

struct procledger_bpf;

namespace procledger::bpf {

struct SkeletonDeleter {
  void operator()(procledger_bpf* skeleton) const noexcept;
};

/// Owns programs, maps and links.
class BpfObject {
 public:
  /// @error as open_bpf_source
  static Result<BpfObject> load(const BpfOptions& options, const KernelTypes& types, bool cgroup_v1);

  [[nodiscard]] int ring_fd() const;
  [[nodiscard]] int spill_fd() const;
  [[nodiscard]] int slots_fd() const;
  [[nodiscard]] int iterator_link_fd() const;
  [[nodiscard]] unsigned cpus() const { return cpus_; }

  /// Deaths that ever went to the spill map: grows after an entry is there.
  [[nodiscard]] std::uint64_t spilled() const;
  /// What the next walks show of tasks that died.
  void show_zombies(pl_zombies how);
  /// What execs tell from now on beside their arguments.
  void want(bool path, bool environment);
  /// Sums over CPUs, by enum pl_loss.
  [[nodiscard]] Result<std::vector<std::uint64_t>> losses() const;
  [[nodiscard]] Result<event::Unnamed> overflow() const;
  [[nodiscard]] std::vector<event::ProgramMisses> misses() const;

 private:
  BpfObject(std::unique_ptr<procledger_bpf, SkeletonDeleter> skeleton, unsigned cpus);

  std::unique_ptr<procledger_bpf, SkeletonDeleter> skeleton_;
  unsigned cpus_;
};

}  // namespace procledger::bpf
