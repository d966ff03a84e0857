// SPDX-License-Identifier: Apache-2.0
// The fixture of tests with a daemon, its configuration, and a load that the rules divide into groups. The tests compare each group with
// the cgroup of the load.
//
// In configurations and steps, "%" is a unique prefix of names, and "@" is the folder of the programs followed by this prefix. In steps,
// "~" is a blank.
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

/// Seconds. An exact value differs by the rounding of a double on a page.
inline constexpr double kExact = 1e-6;

class GroupingTest : public testing::Test {
 protected:
  void SetUp() override;

  /// Copies a program that other users may run to "@name", which may contain folders. `@act` and `@burn` exist from the start.
  /// @param program  a test program, or an absolute path
  void install(const std::string& name, const std::string& program) const;
  [[nodiscard]] std::string expand(std::string text) const;

  void start_daemon(const std::string& config, std::vector<std::string> flags = {});
  /// Starts an actor and waits for its first pause.
  void begin(const std::string& steps);
  void begin_in(const CpuCgroup& cgroup, const std::string& steps);

  /// From now on, the usage of this cgroup is the truth.
  void watch(const CpuCgroup& cgroup) { stage_ = &cgroup; }
  /// Starts the measurement of growth. All tasks of the load sleep.
  void mark();
  /// Continues to the next pause, and then calls scrape_until_exact().
  void to_pause(std::size_t pauses = 1, std::uint64_t exits = 0);
  /// Continues to the end, and then calls scrape_until_exact().
  void to_end(std::uint64_t exits);
  /// Scrapes until the groups show `exits` exits since the mark and their CPU time agrees with the cgroup, and once more; fails otherwise.
  void scrape_until_exact(std::uint64_t exits);

  [[nodiscard]] double grown(const std::string& metric, LabelMap labels) const;
  /// Growth of a group's CPU time in seconds.
  [[nodiscard]] double cpu(const std::string& group) const;
  [[nodiscard]] double exits(const std::string& group) const;

  UniqueNames names_;
  TempDir files_;
  std::optional<DaemonProcess> daemon_;
  std::optional<CpuCgroup> cgroup_;
  std::string cgroup_name_;  ///< the path in its hierarchy, without the slash
  std::optional<Actor> actor_;
  Exposition before_;  ///< at the mark
  Exposition after_;   ///< at the last scrape
  double truth_{};     ///< growth of the usage of the cgroup from the mark to the last scrape, in seconds

 private:
  std::uint64_t usage_before_ns_{};
  const CpuCgroup* stage_{};
};

}  // namespace procledger::test
