// SPDX-License-Identifier: Apache-2.0
// The test for every table of diagnostics. The tables are in *_errors_test.cpp in this folder.
#include "diagnosed.hpp"

namespace procledger::config {

TEST_P(Diagnosed, SaysExactlyThis) {
  const Case& each = GetParam();
  EXPECT_EQ(said_about(each.text), each.said);
  // A file with warnings is valid; a file with an error is not.
  EXPECT_EQ(load_text(each.text).has_value(), std::string_view{each.said}.find(": error: ") == std::string_view::npos);
}

}  // namespace procledger::config
