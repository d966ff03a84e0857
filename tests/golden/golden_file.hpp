// SPDX-License-Identifier: Apache-2.0
// Texts that must not change by accident. With PROCLEDGER_UPDATE_GOLDEN in the environment, the files are rewritten instead of compared.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace procledger::test {

inline std::filesystem::path golden_path(std::string_view name) {
  return std::filesystem::path{PROCLEDGER_TEST_SOURCE_DIR} / "golden" / name;
}

inline void expect_golden(const std::filesystem::path& path, const std::string& actual) {
  if (std::getenv("PROCLEDGER_UPDATE_GOLDEN") != nullptr) {
    std::ofstream{path, std::ios::binary} << actual;
    return;
  }
  std::ifstream file{path, std::ios::binary};
  ASSERT_TRUE(file) << "cannot read " << path;
  const std::string expected{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_EQ(actual, expected) << path << " is not up to date; if the change is intended, run tools/update_golden";
}

}  // namespace procledger::test
