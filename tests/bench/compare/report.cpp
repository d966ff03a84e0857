// SPDX-License-Identifier: Apache-2.0
#include "compare/report.hpp"

#include <algorithm>
#include <string_view>

namespace procledger::bench {
namespace {

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::kMet:
      return ": met";
    case Verdict::kMissed:
      return ": **missed**";
    case Verdict::kNoGoal:
      break;
  }
  return "";
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

}  // namespace

std::string Report::markdown() const {
  std::string text = "| what | procledger | beside it | result | goal |\n|---|---|---|---|---|\n";
  for (const Row& row : rows_) {
    text += "| " + row.what + " | " + or_dash(row.ours) + " | " + or_dash(row.beside) + " | " + or_dash(row.result) + " | " +
            or_dash(row.goal) + std::string{word(row.verdict)} + " |\n";
  }
  if (!notes_.empty()) text += "\n";
  for (const std::string& note : notes_) text += "* " + note + "\n";
  return text;
}

bool Report::all_met() const {
  return std::none_of(rows_.begin(), rows_.end(), [](const Row& row) { return row.verdict == Verdict::kMissed; });
}

}  // namespace procledger::bench
