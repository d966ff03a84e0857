// SPDX-License-Identifier: Apache-2.0
// The table of all results, in Markdown.
#pragma once

#include <string>
#include <vector>

namespace procledger::bench {

enum class Verdict { kNoGoal, kMet, kMissed };

struct Row {
  std::string what;
  std::string ours;
  std::string beside;  ///< the other program, and its result
  std::string result;  ///< the difference or ratio
  std::string goal;
  Verdict verdict{Verdict::kNoGoal};
};

[[nodiscard]] constexpr Verdict judge(bool met) { return met ? Verdict::kMet : Verdict::kMissed; }

class Report {
 public:
  void add(Row row) { rows_.push_back(std::move(row)); }
  void note(std::string text) { notes_.push_back(std::move(text)); }

  [[nodiscard]] std::string markdown() const;
  [[nodiscard]] bool all_met() const;

 private:
  std::vector<Row> rows_;
  std::vector<std::string> notes_;
};

}  // namespace procledger::bench
