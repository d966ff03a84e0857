// SPDX-License-Identifier: Apache-2.0
// Escaping for the exposition formats. Labels arrive clean (base/text.hpp); here nothing at all can break a page.
#pragma once

#include <string>
#include <string_view>

namespace procledger::exposition {

/// Backslash, newline and double quote escaped; a byte that is not UTF-8 becomes U+FFFD, since a scraper refuses the whole page for one.
void append_label_value(std::string& out, std::string_view text);

/// HELP in text 0.0.4: a double quote stays as it is.
void append_help(std::string& out, std::string_view text);

}  // namespace procledger::exposition
