// SPDX-License-Identifier: Apache-2.0
// Compares two builds of procledger: runs the rounds that measure both, and prints the table of results.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "compare/options.hpp"
#include "compare/paired_ratio.hpp"
#include "compare/series.hpp"

namespace procledger::bench {

/// The measured values of a cost. Less is better.
struct PairedFigure {
  std::string what;
  int decimals{};
  Series ours{};
  Series theirs{};
};

using Figures = std::vector<double>;
/// Paths of both programs, in the order in which they are started and measured.
using ProgramPair = std::array<std::string, 2>;
/// Starts both programs and measures each once. The results are in the order of the programs.
using MeasurePair = std::function<Result<std::array<Figures, 2>>(const ProgramPair& programs)>;

/// A MeasurePair that measures one program after the other.
[[nodiscard]] MeasurePair one_after_the_other(std::function<Result<Figures>(const std::string& program)> measure);

/// Owns the values of all parts and computes their verdicts together.
class PairedReport {
 public:
  /// The probability that a table has a wrong interval, shared equally by its values. With 5 % for each of 20 values of two equal programs,
  /// two tables of five would have a value that looks worse.
  static constexpr double kMiss = 0.05;

  /// @param progress  called after each round
  explicit PairedReport(std::function<void(std::size_t round)> progress = {}) : progress_{std::move(progress)} {}

  /// Every round measures the pair twice, once in each order, and takes the mean of each program, so that the order and a slow drift of the
  /// machine affect both programs equally. The next round starts with the other program. Each measurement starts both programs again,
  /// because two processes of the same program also differ by the placement of their memory.
  /// @param figures  name and decimals of the values that `measure` returns
  /// @error kMalformed: a value that is not above 0, with its program; else an error of `measure`. The report is not changed then.
  Result<void> measure(const Setup& setup, std::vector<PairedFigure> figures, const MeasurePair& measure);

  void add(PairedFigure figure) { figures_.push_back(std::move(figure)); }
  void note(std::string text) { notes_.push_back(std::move(text)); }

  [[nodiscard]] std::size_t figures() const { return figures_.size(); }
  [[nodiscard]] std::string markdown() const;
  /// The number of values with this verdict.
  [[nodiscard]] std::size_t count(Comparison word) const;

 private:
  [[nodiscard]] std::optional<RatioInterval> interval(const PairedFigure& figure) const;
  [[nodiscard]] std::string row(const PairedFigure& figure) const;

  std::function<void(std::size_t)> progress_;
  std::vector<PairedFigure> figures_;
  std::vector<std::string> notes_;
};

}  // namespace procledger::bench
