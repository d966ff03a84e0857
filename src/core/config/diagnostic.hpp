// SPDX-License-Identifier: Apache-2.0
// What is wrong in a configuration, where, and what to do about it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace procledger::config {

/// Both count from 1; a column counts bytes. Line 0: the whole file.
struct Place {
  std::size_t line{};
  std::size_t column{};
  auto operator<=>(const Place&) const = default;
};

enum class Severity : std::uint8_t { kError, kWarning };

struct Diagnostic {
  Severity severity{Severity::kError};
  Place place{};
  std::string path{};      ///< of the key: "groups[0].match.comm"; empty: the file itself
  std::string found{};     ///< what is there
  std::string expected{};  ///< what could be there; may be empty
  std::string hint{};      ///< what to do; may be empty
  bool operator==(const Diagnostic&) const = default;
};

/// "file:line:column: error: path: found; expected ...; hint", one line.
[[nodiscard]] std::string format(const Diagnostic& diagnostic, std::string_view file);

/// One line each.
[[nodiscard]] std::string format(const std::vector<Diagnostic>& diagnostics, std::string_view file);

/// Gathers diagnostics. Beyond a thousand it only counts: nobody reads more, and a file can be made to have millions.
class Report {
 public:
  void add(Diagnostic diagnostic);
  [[nodiscard]] bool failed() const { return failed_; }
  /// In the order of the file.
  [[nodiscard]] std::vector<Diagnostic> take();

 private:
  std::vector<Diagnostic> diagnostics_;
  std::size_t dropped_{};
  bool failed_{};
};

}  // namespace procledger::config
