// SPDX-License-Identifier: Apache-2.0
// Runs every command of every page, page by page, and compares its output with the page. docs_tables.hpp has the expected output of each
// command, or the reason why the command does not run here.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "docs_tables.hpp"
#include "support/child.hpp"
#include "support/doc_scene.hpp"
#include "support/files.hpp"
#include "support/host.hpp"

namespace procledger::test {
namespace {

/// The beginnings of lines of output on a page, up to the first gap: the rest depends on the host. "..." is in place of omitted lines.
std::vector<std::string> first_cells(const std::string& shown) {
  std::vector<std::string> cells;
  for (const std::string& line : words(shown, "\n")) {
    const auto begin = line.find_first_not_of(' ');
    if (begin == std::string::npos || line.find("...") == begin) continue;
    const auto gap = line.find("  ", begin);
    cells.push_back(line.substr(begin, gap == std::string::npos ? gap : gap - begin));
  }
  return cells;
}

void expect(const Expected& expected, const DocCommand& command, const Result<Outcome>& outcome) {
  ASSERT_TRUE(outcome) << command.place() << ": " << outcome.error().message;
  std::cout << outcome->took.count() << " ms: " << command.place() << "\n";
  const std::string said = outcome->out + outcome->err;
  EXPECT_EQ(outcome->exit_code(), expected.status) << command.place() << "\n" << said;
  EXPECT_TRUE(std::regex_search(said, std::regex{expected.output})) << command.place() << ": no " << expected.output << " in\n" << said;
  for (const std::string& cell : first_cells(command.shown)) {
    EXPECT_NE(said.find(cell), std::string::npos) << command.place() << ": no \"" << cell << "\" in\n" << said;
  }
}

/// The commands of a page that run here, with their expected results.
std::vector<std::pair<DocCommand, const Expected*>> to_run(const DocPage& page) {
  std::vector<std::pair<DocCommand, const Expected*>> found;
  for (const DocCommand& command : page.commands) {
    if (row_for(kElsewhere, command) != nullptr) continue;
    if (const Expected* expected = row_for(kExpected, command)) found.emplace_back(command, expected);
  }
  return found;
}

std::vector<std::string> pages_to_run() {
  std::vector<std::string> pages = doc_pages();
  std::erase_if(pages, [](const std::string& page) { return to_run(read_doc_page(page)).empty(); });
  return pages;
}

class DocsRun : public testing::TestWithParam<std::string> {};

TEST_P(DocsRun, EveryCommandOfThePageHasTheShownOutput) {
  PROCLEDGER_REQUIRE_BPF();
  const DocPage page = read_doc_page(GetParam());
  DocScene scene;
  const auto set = scene.set(page);
  ASSERT_TRUE(set) << set.error().message;
  for (const auto& [command, expected] : to_run(page)) {
    expect(*expected, command, scene.run(command, {.nobody = expected->nobody, .then = expected->then}));
  }
}

INSTANTIATE_TEST_SUITE_P(Pages, DocsRun, testing::ValuesIn(pages_to_run()), [](const auto& of) {
  std::string name = of.param.substr(0, of.param.rfind('.'));
  std::ranges::replace_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace procledger::test
