// SPDX-License-Identifier: Apache-2.0
// Base of the tests of the kernel matrix: source, ledger and grouping in this process, with long deadlines for emulated machines.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "matrix/tested_source.hpp"
#include "support/clocks.hpp"
#include "support/load.hpp"
#include "support/test_pipeline.hpp"

namespace procledger::test {

/// Deadline for steps that take milliseconds on a real machine and may take seconds on an emulated one.
inline constexpr std::chrono::seconds kPatience{180};

class MatrixTest : public testing::Test {
 protected:
  void SetUp() override;

  /// Collects until the condition holds; false after kPatience.
  [[nodiscard]] bool soon(const std::function<bool()>& condition);
  /// As soon(), and collects once more, so that a late double count shows.
  [[nodiscard]] bool soon_and_still(const std::function<bool()>& condition);
  void collect();
  /// Collections pass their events through this sink from now on.
  void watch(event::Sink& sink) { watcher_ = &sink; }

  struct Run {
    std::uint64_t truth_ns{};  ///< CPU time that the kernel charged to the load's cgroup
    std::uint64_t shown_ns{};  ///< CPU time of the load's groups
    std::uint64_t exits{};     ///< exits of the load's groups
    LoadResult load;
  };
  /// Runs a load, and collects until it is over and `processes` processes have exited, the launcher not counted (absent: the number that
  /// the load prints plus the launcher's children). Sets `run_`.
  void run(Load load, std::optional<std::uint64_t> processes);
  /// As above, for a program that the launcher runs `count` times.
  void run(std::vector<std::string> argv, std::uint64_t count, std::uint64_t parallel, std::optional<std::uint64_t> processes);
  /// Expects CPU time within the bounds of the source, every exit once, and no losses.
  void expect_exact(const Run& run, std::uint64_t processes);
  void expect_near(std::uint64_t shown_ns, std::uint64_t truth_ns) const;

  /// Sum over all groups whose names begin with this test's prefix and `name`.
  [[nodiscard]] ledger::Account account(const std::string& name = {}) const { return pipeline_->sum(names_.comm(name)); }
  [[nodiscard]] static std::uint64_t exits(const ledger::Account& account);

  UniqueNames names_;
  SourceKind kind_{};
  std::unique_ptr<TestPipeline> pipeline_;
  event::Sink* watcher_{};
  Run run_;
};

}  // namespace procledger::test
