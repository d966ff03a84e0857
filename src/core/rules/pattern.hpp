// SPDX-License-Identifier: Apache-2.0
// Regular expressions in RE2's syntax, which process-exporter's are as well. Linear time and bounded memory over hostile text.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/rules/template.hpp"

namespace re2 {
class RE2;
}

namespace procledger::rules {

struct PatternError {
  std::size_t offset{};  ///< bytes into the pattern
  std::string found;     ///< the part of it that is wrong
  std::string message;
};

/// Texts have to be valid UTF-8.
class Pattern {
 public:
  static tl::expected<Pattern, PatternError> parse(std::string_view pattern);

  [[nodiscard]] bool found_in(std::string_view text) const;
  [[nodiscard]] bool matches_whole(std::string_view text) const;

  /// Adds what the groups caught in `text`, if the pattern is found in it: by name; "" is the last group without a name, or the
  /// whole where there is no such group. A group that took no part caught "".
  void capture(std::string_view text, Captures& captures) const;
  /// What the first group caught that caught anything, named or not; absent: none did.
  [[nodiscard]] std::optional<std::string> first_caught(std::string_view text) const;

  [[nodiscard]] std::vector<std::string> group_names() const;
  [[nodiscard]] std::size_t groups() const;  ///< with a name or without
  /// Of the compiled pattern: what it costs in memory, and roughly in time to compile.
  [[nodiscard]] std::size_t instructions() const;

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> regex) : regex_{std::move(regex)} {}

  std::shared_ptr<const re2::RE2> regex_;  ///< copies share it
};

}  // namespace procledger::rules
