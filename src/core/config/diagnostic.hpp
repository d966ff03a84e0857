// SPDX-License-Identifier: Apache-2.0
// Errors and warnings about a configuration: what is wrong, where, and what to do next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace procledger::config {

/// A place in a file. Lines and columns start at 1; columns count bytes. Line 0: the whole file.
struct Place {
  std::size_t line{};
  std::size_t column{};
  auto operator<=>(const Place&) const = default;
};

enum class Severity : std::uint8_t { kError, kWarning };

struct Diagnostic {
  Severity severity{Severity::kError};
  Place place{};
  std::string path{};      ///< path of the key: "groups[0].match.comm"; empty: the file itself
  std::string found{};     ///< the value or key that is wrong
  std::string expected{};  ///< what is allowed there; may be empty
  std::string hint{};      ///< what to do next; may be empty
  bool operator==(const Diagnostic&) const = default;
};

/// Formats one line: "file:line:column: error: path: found; expected ...; hint".
[[nodiscard]] std::string format(const Diagnostic& diagnostic, std::string_view file);

/// Formats one line per diagnostic.
[[nodiscard]] std::string format(const std::vector<Diagnostic>& diagnostics, std::string_view file);

/// Gathers the diagnostics of one file. Keeps the first 1000 and counts the rest: a hostile file can cause millions.
class Report {
 public:
  void add(Diagnostic diagnostic);
  [[nodiscard]] bool failed() const { return failed_; }
  /// Returns the diagnostics in the order of the file.
  [[nodiscard]] std::vector<Diagnostic> take();

 private:
  std::vector<Diagnostic> diagnostics_;
  std::size_t dropped_{};
  bool failed_{};
};

}  // namespace procledger::config
