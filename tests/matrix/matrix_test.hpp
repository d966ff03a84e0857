// SPDX-License-Identifier: Apache-2.0
// What the tests of the kernel matrix share: source, ledger and grouping in this process, with patience for emulated machines.
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
#include "support/own_books.hpp"

namespace procledger::test {

/// For what takes milliseconds on a machine, and may take seconds on an emulated one.
inline constexpr std::chrono::seconds kPatience{180};

class MatrixTest : public testing::Test {
 protected:
  void SetUp() override;

  /// Collects until the condition holds; false when patience is at its end.
  [[nodiscard]] bool soon(const std::function<bool()>& condition);
  /// As above, and once more: what is judged afterwards has no double that was still to come.
  [[nodiscard]] bool soon_and_still(const std::function<bool()>& condition);
  void collect();
  /// What collections go through from now on.
  void watch(event::Sink& sink) { watcher_ = &sink; }

  struct Run {
    std::uint64_t truth_ns{};  ///< what the kernel charged to the cgroup of the load
    std::uint64_t shown_ns{};  ///< what the groups of the load have
    std::uint64_t exits{};     ///< of these groups
    LoadResult load;
  };
  /// Lets a load go, collects until it is over and `processes` ended, its launcher not counted (absent: as many as the load prints, and
  /// the launcher's children). Leaves `run_`.
  void run(Load load, std::optional<std::uint64_t> processes);
  /// As above, of a program that the launcher runs `count` times.
  void run(std::vector<std::string> argv, std::uint64_t count, std::uint64_t parallel, std::optional<std::uint64_t> processes);
  /// The CPU time within the source's bounds, every exit once, nothing lost.
  void expect_exact(const Run& run, std::uint64_t processes);
  void expect_near(std::uint64_t shown_ns, std::uint64_t truth_ns) const;

  /// Of all groups whose names begin so.
  [[nodiscard]] ledger::Account account(const std::string& name = {}) const { return books_->sum(names_.comm(name)); }
  [[nodiscard]] static std::uint64_t exits(const ledger::Account& account);

  UniqueNames names_;
  SourceKind kind_{};
  std::unique_ptr<OwnBooks> books_;
  event::Sink* watcher_{};
  Run run_;
};

}  // namespace procledger::test
