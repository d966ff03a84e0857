// SPDX-License-Identifier: Apache-2.0
#include "commands/report/rows.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "commands/report/scrapes.hpp"

namespace procledger::report {
namespace {

using Key = std::vector<std::string>;
using Values = std::map<Step, double>;

Key key_of(const Labels& labels, const std::vector<std::string>& by) {
  Key key;
  for (const std::string& name : by) {
    const auto at = labels.find(name);
    key.push_back(at == labels.end() ? std::string{} : at->second);
  }
  return key;
}

const double* find(const Values& values, Step step) {
  const auto at = values.find(step);
  return at == values.end() ? nullptr : &at->second;
}

/// The growth of a counter. A value lower than before means that the daemon restarted and the counter began at 0.
double growth(const Values& counter, const Span& span) {
  const double* before = find(counter, span.from);
  const double* now = find(counter, span.to);
  if (now == nullptr) return 0;
  return before == nullptr || *now < *before ? *now : *now - *before;
}

/// The steps at which the daemons of a row were scraped, and the time that each step covers.
class Scope {
 public:
  void add(const Scrapes& scrapes, std::int64_t step_ms) {
    steps_.insert(scrapes.steps.begin(), scrapes.steps.end());
    for (const Span& span : scrapes.spans) {
      const std::int64_t count = (span.to - span.from) / step_ms;
      for (Step step = span.from + step_ms; step <= span.to; step += step_ms) {
        auto& [sum, daemons] = weights_[step];
        sum += span.seconds / static_cast<double>(count);
        ++daemons;
      }
    }
  }

  /// @param rates  by step; a step without a value counts as 0
  [[nodiscard]] std::optional<Spread> cpu(const Values& rates) const {
    return spread(weights_, rates, [](const auto& weight) { return weight.second.first / weight.second.second; });
  }
  [[nodiscard]] std::optional<Spread> memory(const Values& bytes) const {
    return spread(steps_, bytes, [](Step) { return 1.0; });
  }

 private:
  static Step step_of(Step step) { return step; }
  template <typename Weight>
  static Step step_of(const std::pair<const Step, Weight>& weight) {
    return weight.first;
  }

  template <typename Steps, typename WeightOf>
  static std::optional<Spread> spread(const Steps& steps, const Values& values, WeightOf weight_of) {
    if (steps.empty()) return std::nullopt;
    Spread result{.min = std::numeric_limits<double>::max(), .avg = 0, .max = 0};  // no value is below 0
    double weights = 0;
    for (const auto& each : steps) {
      const double* found = find(values, step_of(each));
      const double value = found == nullptr ? 0 : *found;
      result.min = std::min(result.min, value);
      result.max = std::max(result.max, value);
      result.avg += value * weight_of(each);
      weights += weight_of(each);
    }
    result.avg /= weights;
    return result;
  }

  std::set<Step> steps_;
  std::map<Step, std::pair<double, double>> weights_;  ///< the sum of seconds, and the number of daemons in the sum
};

/// The labels of a key that identify daemons: job and instance.
std::map<std::string, std::string> daemons_of(const Key& key, const std::vector<std::string>& by) {
  std::map<std::string, std::string> part;
  for (std::size_t i = 0; i < by.size(); ++i) {
    if (by[i] == "job" || by[i] == "instance") part[by[i]] = key[i];
  }
  return part;
}

/// Folds the series of all answers into rows.
class Folding {
 public:
  Folding(const Answers& answers, const std::vector<std::string>& by) : answers_{answers}, by_{by} {
    for (auto& [target, scrapes] : scrapes_of(answers.clock, answers.window)) {
      const Key key = key_of({{"job", target.job}, {"instance", target.instance}}, by);
      scopes_[daemons_of(key, by)].add(scrapes, answers.window.step_ms);
      scrapes_.emplace(target, std::move(scrapes));
    }
  }

  std::vector<Row> rows() {
    for (const Series& series : answers_.cpu) add_cpu(series);
    for (const Series& series : answers_.memory) {
      Values& sums = memory_[key_of(series.labels, by_)];
      for (const auto& [step, bytes] : series.values) sums[step] += bytes;
    }
    std::vector<Row> rows;
    for (const auto& [key, rates] : cpu_) {
      const Scope& scope = scopes_[daemons_of(key, by_)];
      const auto cpu = scope.cpu(rates);
      if (!cpu) continue;
      rows.push_back({.key = key, .cpu = *cpu, .memory = answers_.memory.empty() ? std::nullopt : scope.memory(memory_[key])});
    }
    return rows;
  }

 private:
  void add_cpu(const Series& series) {
    Values& rates = cpu_[key_of(series.labels, by_)];
    const auto scrapes = scrapes_.find(target_of(series.labels));
    if (scrapes == scrapes_.end()) return;
    for (const Span& span : scrapes->second.spans) {
      const double rate = growth(series.values, span) / span.seconds;
      for (Step step = span.from + answers_.window.step_ms; step <= span.to; step += answers_.window.step_ms) rates[step] += rate;
    }
  }

  const Answers& answers_;
  const std::vector<std::string>& by_;
  std::map<Target, Scrapes> scrapes_;
  std::map<std::map<std::string, std::string>, Scope> scopes_;
  std::map<Key, Values> cpu_;
  std::map<Key, Values> memory_;
};

double mean_memory(const Row& row) { return row.memory ? row.memory->avg : -1; }

}  // namespace

std::vector<Row> rows_of(const Answers& answers, const std::vector<std::string>& by, SortBy sort) {
  std::vector<Row> rows = Folding{answers, by}.rows();  // sorted by key
  const auto less = [sort](const Row& a, const Row& b) {
    if (sort == SortBy::kCpu) return std::tuple{-a.cpu.avg, -mean_memory(a)} < std::tuple{-b.cpu.avg, -mean_memory(b)};
    if (sort == SortBy::kMemory) return std::tuple{-mean_memory(a), -a.cpu.avg} < std::tuple{-mean_memory(b), -b.cpu.avg};
    return false;
  };
  std::ranges::stable_sort(rows, less);
  return rows;
}

}  // namespace procledger::report
