// SPDX-License-Identifier: Apache-2.0
// What every table of diagnostics is held against. The tables are the *_errors_test.cpp beside this file.
#include "diagnosed.hpp"

namespace procledger::config {

TEST_P(Diagnosed, SaysExactlyThis) {
  const Case& each = GetParam();
  EXPECT_EQ(said_about(each.text), each.said);
  // A warning keeps no file from being used, and an error always does.
  EXPECT_EQ(load_text(each.text).has_value(), std::string_view{each.said}.find(": error: ") == std::string_view::npos);
}

}  // namespace procledger::config
