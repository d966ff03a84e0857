// SPDX-License-Identifier: Apache-2.0
// The list of required kernel hooks equals the hooks of the BPF programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "sources/bpf/kernel_btf.hpp"
#include "support/files.hpp"

namespace procledger::bpf {
namespace {

std::set<std::string> hooks_in(const std::string& text) {
  constexpr std::string_view kMark = "SEC(\"tp_btf/";
  std::set<std::string> names;
  for (std::size_t at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at + 1)) {
    const std::size_t begin = at + kMark.size();
    names.insert(text.substr(begin, text.find('"', begin) - begin));
  }
  return names;
}

TEST(Hooks, AreThoseOfThePrograms) {
  std::set<std::string> in_programs;
  for (const auto& file : std::filesystem::directory_iterator{std::filesystem::path{PROCLEDGER_TEST_SOURCE_DIR} / "../bpf"}) {
    if (file.path().extension() == ".c") in_programs.merge(hooks_in(test::read_file(file.path()).value_or("")));
  }
  ASSERT_FALSE(in_programs.empty());
  EXPECT_THAT(hooks(), testing::UnorderedElementsAreArray(in_programs));
}

}  // namespace
}  // namespace procledger::bpf
