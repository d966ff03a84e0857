// SPDX-License-Identifier: Apache-2.0
// Tables of files with their exact diagnostics.
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>

#include "core/config/load.hpp"

namespace procledger::config {

/// The diagnostics of a file, one per line.
inline std::string said_about(std::string_view text) {
  const Loaded loaded = load_text(text);
  return format(loaded ? loaded->warnings : loaded.error(), "c.yaml");
}

struct Case {
  const char* name;
  const char* text;
  const char* said;
};

inline std::ostream& operator<<(std::ostream& out, const Case& each) { return out << each.text; }

inline std::string name_of(const testing::TestParamInfo<Case>& info) { return info.param.name; }

class Diagnosed : public testing::TestWithParam<Case> {};

}  // namespace procledger::config
