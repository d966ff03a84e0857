// SPDX-License-Identifier: Apache-2.0
#include "core/config/report.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace procledger::config {
namespace {

constexpr std::size_t kMaxDiagnostics = 1000;

}  // namespace

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
