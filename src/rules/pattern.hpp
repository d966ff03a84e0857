// SPDX-License-Identifier: Apache-2.0
// Regular expressions in RE2's syntax, which process-exporter's are as well. Linear time and bounded memory over hostile text.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "rules/template.hpp"

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

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> regex) : regex_{std::move(regex)} {}

  std::shared_ptr<const re2::RE2> regex_;  ///< copies share it
};

}  // namespace procledger::rules
