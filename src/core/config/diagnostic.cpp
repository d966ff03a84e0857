// SPDX-License-Identifier: Apache-2.0
#include "core/config/diagnostic.hpp"

namespace procledger::config {

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

}  // namespace procledger::config
