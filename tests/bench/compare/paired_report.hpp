// SPDX-License-Identifier: Apache-2.0
// Two builds of this program side by side: the rounds in which both are measured, and the table of what came out.
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

/// A cost: less is better.
struct PairedFigure {
  std::string what;
  int decimals{};
  Series ours{};
  Series theirs{};
};

using Figures = std::vector<double>;
/// Paths of both programs, in the order in which they are started and measured.
using ProgramPair = std::array<std::string, 2>;
/// Starts both programs anew and measures each once; figures in the order of the programs.
using MeasurePair = std::function<Result<std::array<Figures, 2>>(const ProgramPair& programs)>;

/// For what is measured of one program at a time.
[[nodiscard]] MeasurePair one_after_the_other(std::function<Result<Figures>(const std::string& program)> measure);

/// Owns the figures of all parts and judges them together.
class PairedReport {
 public:
  /// How often a table may hold a wrong interval. Each figure gets its share: among 20 figures of two equal programs, at 5 % each, one of
  /// them would look worse in two tables of five.
  static constexpr double kMiss = 0.05;

  /// @param progress  told after each round
  explicit PairedReport(std::function<void(std::size_t round)> progress = {}) : progress_{std::move(progress)} {}

  /// Every round measures the pair twice, once in each order, and takes each program's mean: what the order, or a slow drift of the
  /// machine, does to one program, it does to the other. The next round begins with the other program. Both are started anew each time,
  /// because two processes of the same program differ, too, by where their memory happens to be.
  /// @param figures  name and decimals of what `measure` returns
  /// @error kMalformed: a figure that is not above 0, with the program that it is from; else what `measure` says. Nothing is added then.
  Result<void> measure(const Setup& setup, std::vector<PairedFigure> figures, const MeasurePair& measure);

  void add(PairedFigure figure) { figures_.push_back(std::move(figure)); }
  void note(std::string text) { notes_.push_back(std::move(text)); }

  [[nodiscard]] std::size_t figures() const { return figures_.size(); }
  [[nodiscard]] std::string markdown() const;
  /// How many figures are judged so.
  [[nodiscard]] std::size_t count(Comparison word) const;

 private:
  [[nodiscard]] std::optional<RatioInterval> interval(const PairedFigure& figure) const;
  [[nodiscard]] std::string row(const PairedFigure& figure) const;

  std::function<void(std::size_t)> progress_;
  std::vector<PairedFigure> figures_;
  std::vector<std::string> notes_;
};

}  // namespace procledger::bench
