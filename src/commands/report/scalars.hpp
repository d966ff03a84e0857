// SPDX-License-Identifier: Apache-2.0
// Single values as formats write them.
#pragma once

#include <string>
#include <string_view>

namespace procledger::report {

/// In the fewest digits that read back the same.
[[nodiscard]] std::string number(double value);

/// As that, with a dot before an exponent: readers of YAML 1.1 take 1e-05 for a word.
[[nodiscard]] std::string yaml_number(double value);

/// In double quotes, with escapes for whatever YAML does not allow in there or would fold. Bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string yaml_text(std::string_view raw);

}  // namespace procledger::report
