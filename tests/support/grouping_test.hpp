// SPDX-License-Identifier: Apache-2.0
// A daemon with a configuration, and a load that its rules tell apart: what each group shows is held against the load's cgroup.
//
// In configurations and steps "%" stands for a prefix that no other name on the host has, "@" for the folder of the programs and that
// prefix. In steps "~" stands for a blank.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/actor.hpp"
#include "support/clocks.hpp"
#include "support/cpu_cgroup.hpp"
#include "support/daemon_process.hpp"
#include "support/host.hpp"
#include "support/truth.hpp"

namespace procledger::test {

/// Seconds: what is charged exactly differs by the rounding of a double on a page.
inline constexpr double kExact = 1e-6;

class GroupingTest : public testing::Test {
 protected:
  void SetUp() override;

  /// A program that others may run, too: a file of its own at "@name", which may lie in folders. `@act` and `@burn` are there already.
  /// @param program  of the workload, or an absolute path
  void install(const std::string& name, const std::string& program) const;
  [[nodiscard]] std::string expand(std::string text) const;

  void start_daemon(const std::string& config, std::vector<std::string> flags = {});
  /// An actor at its first pause.
  void begin(const std::string& steps);
  void begin_in(const CpuCgroup& cgroup, const std::string& steps);

  /// This cgroup's usage is the truth from here on.
  void watch(const CpuCgroup& cgroup) { stage_ = &cgroup; }
  /// What is grown later is grown from here. Everybody sleeps.
  void mark();
  /// Goes on to the next pause, and looks as to_end() does.
  void to_pause(std::size_t pauses = 1, std::uint64_t exits = 0);
  /// Goes on to the end, and looks until so many processes have exited since the mark, and the CPU of all groups agrees.
  void to_end(std::uint64_t exits);
  /// Looks until the exits are there and the CPU of all groups of the load agrees with the cgroup's, and once more; fails otherwise.
  void look(std::uint64_t exits);

  [[nodiscard]] double grown(const std::string& metric, LabelMap labels) const;
  /// Growth of a group's CPU time in seconds.
  [[nodiscard]] double cpu(const std::string& group) const;
  [[nodiscard]] double exits(const std::string& group) const;

  UniqueNames names_;
  TempDir files_;
  std::optional<DaemonProcess> daemon_;
  std::optional<CpuCgroup> cgroup_;
  std::string cgroup_name_;  ///< its path in its hierarchy, without the slash
  std::optional<Actor> actor_;
  Exposition before_;  ///< at the mark
  Exposition after_;   ///< at the last look
  double truth_{};     ///< growth of the cgroup's usage from the mark to the last look, in seconds

 private:
  std::uint64_t usage_before_ns_{};
  const CpuCgroup* stage_{};
};

}  // namespace procledger::test
