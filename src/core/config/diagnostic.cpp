// SPDX-License-Identifier: Apache-2.0
#include "core/config/diagnostic.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace procledger::config {
namespace {

constexpr std::size_t kMaxDiagnostics = 1000;

}  // namespace

std::string format(const Diagnostic& diagnostic, std::string_view file) {
  std::string line{file};
  if (diagnostic.place.line > 0) {
    line += ":" + std::to_string(diagnostic.place.line) + ":" + std::to_string(diagnostic.place.column);
  }
  line += diagnostic.severity == Severity::kError ? ": error: " : ": warning: ";
  if (!diagnostic.path.empty()) line += diagnostic.path + ": ";
  line += diagnostic.found;
  if (!diagnostic.expected.empty()) line += "; expected " + diagnostic.expected;
  if (!diagnostic.hint.empty()) line += "; " + diagnostic.hint;
  return line;
}

std::string format(const std::vector<Diagnostic>& diagnostics, std::string_view file) {
  std::string lines;
  for (const Diagnostic& each : diagnostics) lines += format(each, file) + "\n";
  return lines;
}

void Report::add(Diagnostic diagnostic) {
  failed_ = failed_ || diagnostic.severity == Severity::kError;
  if (diagnostics_.size() < kMaxDiagnostics) {
    diagnostics_.push_back(std::move(diagnostic));
  } else {
    ++dropped_;
  }
}

std::vector<Diagnostic> Report::take() {
  std::stable_sort(diagnostics_.begin(), diagnostics_.end(),
                   [](const Diagnostic& left, const Diagnostic& right) { return left.place < right.place; });
  if (dropped_ > 0) {
    diagnostics_.push_back(
        {.severity = failed_ ? Severity::kError : Severity::kWarning, .found = std::to_string(dropped_) + " more are not shown"});
  }
  dropped_ = 0;
  return std::exchange(diagnostics_, {});
}

}  // namespace procledger::config
