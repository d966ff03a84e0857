// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace procledger::rules {

/// Text of a configuration that does not compile. Says where it stands in the RuleBook, for a reader that knows lines and columns.
struct RuleError {
  std::optional<std::size_t> rule;  ///< absent: of no rule, but of the book itself
  std::string key;                  ///< "name", "labels.team", "match.cmdline", "not.exe", "match.env.APP"; of the book: "default"
  std::size_t item{};               ///< place in the list of that key
  std::string text;                 ///< what stands there
  std::size_t offset{};             ///< bytes into `text`
  std::string found;
  std::string expected;
  std::string hint;  ///< may be empty
};

}  // namespace procledger::rules
