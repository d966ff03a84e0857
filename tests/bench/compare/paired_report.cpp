// SPDX-License-Identifier: Apache-2.0
#include "compare/paired_report.hpp"

#include <algorithm>
#include <optional>

namespace procledger::bench {
namespace {

std::string_view name(Comparison word) {
  switch (word) {
    case Comparison::kBetter:
      return "better";
    case Comparison::kNotWorse:
      return "not worse";
    case Comparison::kWorse:
      return "**worse**";
    case Comparison::kUnclear:
      break;
  }
  return "unclear";
}

std::string verdict(const RatioInterval& interval, std::size_t rounds) {
  const Comparison word = judge(interval);
  std::string text{name(word)};
  if (word == Comparison::kUnclear) text += ": about " + std::to_string(rounds_that_tell(interval, rounds)) + " rounds tell";
  return text;
}

Result<void> check(const Figures& values, const std::vector<PairedFigure>& figures, const std::string& program) {
  if (values.size() != figures.size()) return fail(ErrorKind::kMalformed, program + ": " + std::to_string(values.size()) + " values");
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] > 0) continue;  // also false for NaN
    return fail(ErrorKind::kMalformed, program + ": " + figures[i].what + " is " + fixed(values[i], figures[i].decimals));
  }
  return {};
}

/// Adds the costs of each program to `sums`, our program first, independent of the order of measurement.
Result<void> measure_half(const ProgramPair& programs, bool ours_first, const std::vector<PairedFigure>& figures,
                          const MeasurePair& measure, std::array<Figures, 2>& sums) {
  const std::size_t first = ours_first ? 0 : 1;
  const auto values = measure({programs[first], programs[1 - first]});
  if (!values) return tl::unexpected{values.error()};
  for (std::size_t side = 0; side < 2; ++side) {
    const Figures& side_values = (*values)[side == first ? 0 : 1];
    if (auto checked = check(side_values, figures, programs[side]); !checked) return checked;
    for (std::size_t i = 0; i < figures.size(); ++i) sums[side][i] += side_values[i];
  }
  return {};
}

}  // namespace

MeasurePair one_after_the_other(std::function<Result<Figures>(const std::string& program)> measure) {
  return [measure = std::move(measure)](const ProgramPair& programs) -> Result<std::array<Figures, 2>> {
    auto first = measure(programs[0]);
    if (!first) return tl::unexpected{first.error()};
    auto second = measure(programs[1]);
    if (!second) return tl::unexpected{second.error()};
    return std::array<Figures, 2>{std::move(*first), std::move(*second)};
  };
}

std::optional<RatioInterval> PairedReport::interval(const PairedFigure& figure) const {
  return ratio_interval(figure.ours.values(), figure.theirs.values(), kMiss / static_cast<double>(figures_.size()));
}

std::string PairedReport::row(const PairedFigure& figure) const {
  const auto found = interval(figure);
  std::string text = "| " + figure.what + " | " + fixed(figure.ours.median(), figure.decimals) + " | " +
                     fixed(figure.theirs.median(), figure.decimals) + " | ";
  if (!found) {
    const std::size_t least = least_rounds(kMiss / static_cast<double>(figures_.size()));
    return text + "x " + fixed(figure.ours.over(figure.theirs).median(), 3) + " | unclear: at least " + std::to_string(least) +
           " rounds tell |\n";
  }
  text += "x " + fixed(found->ratio, 3) + " (" + fixed(found->low, 3) + " to " + fixed(found->high, 3) + ")";
  return text + " | " + verdict(*found, figure.ours.values().size()) + " |\n";
}

std::string PairedReport::markdown() const {
  std::string text = "| what | ours | theirs | ours / theirs | verdict |\n|---|---|---|---|---|\n";
  for (const PairedFigure& figure : figures_) text += row(figure);
  if (!notes_.empty()) text += "\n";
  for (const std::string& note : notes_) text += "* " + note + "\n";
  return text;
}

std::size_t PairedReport::count(Comparison word) const {
  return static_cast<std::size_t>(std::count_if(figures_.begin(), figures_.end(), [&](const PairedFigure& figure) {
    const auto found = interval(figure);
    return (found ? judge(*found) : Comparison::kUnclear) == word;
  }));
}

Result<void> PairedReport::measure(const Setup& setup, std::vector<PairedFigure> figures, const MeasurePair& measure) {
  for (std::size_t round = 0; round < setup.rounds; ++round) {
    std::array<Figures, 2> sums{Figures(figures.size()), Figures(figures.size())};
    for (const bool ours_first : {round % 2 == 0, round % 2 != 0}) {
      if (auto done = measure_half({setup.daemon, setup.against}, ours_first, figures, measure, sums); !done) return done;
    }
    for (std::size_t i = 0; i < figures.size(); ++i) {
      figures[i].ours.add(sums[0][i] / 2);
      figures[i].theirs.add(sums[1][i] / 2);
    }
    if (progress_) progress_(round + 1);
  }
  figures_.insert(figures_.end(), figures.begin(), figures.end());
  return {};
}

}  // namespace procledger::bench
