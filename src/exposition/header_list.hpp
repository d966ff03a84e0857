// SPDX-License-Identifier: Apache-2.0
// The grammar that Accept and its like share: comma-separated items, each with ;name=value parameters.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace procledger::exposition {

/// Views into the header.
struct HeaderItem {
  std::string_view value;
  std::vector<std::pair<std::string_view, std::string_view>> parameters;  ///< without q; quotes around a value taken off
  double q{1};                                                            ///< 0 to 1; 1 where the text makes no sense

  /// Empty when there is none of that name.
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
};

/// Items in their order. Whatever does not follow the grammar is taken as it comes; nothing is an error.
[[nodiscard]] std::vector<HeaderItem> parse_header_list(std::string_view header);

/// ASCII letters compare without case.
[[nodiscard]] bool same_word(std::string_view a, std::string_view b);

}  // namespace procledger::exposition
