// SPDX-License-Identifier: Apache-2.0
// What the documentation tells people to type.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace procledger::test {

struct DocCommand {
  std::string page;  ///< its path in the repository
  std::size_t line{};
  std::string text;
  std::string shown;  ///< what the page shows as its output; only of commands in a block "console"

  [[nodiscard]] std::string place() const { return page + ":" + std::to_string(line) + ": " + text; }
};

struct DocPage {
  std::vector<DocCommand> commands;
  std::map<std::string, std::string> files;  ///< by name; what "$ cat NAME" shows
  std::vector<std::string> scripts;          ///< blocks of shell as they are, and the other commands
  std::vector<std::size_t> untold;           ///< lines of fences that do not say what is in them
};

/// README.md, CONTRIBUTING.md and everything in docs.
[[nodiscard]] std::vector<std::string> doc_pages();

/// Commands are: the lines of blocks "sh", those behind "$ " of blocks "console", and of text in backticks what begins with the name of a
/// program and goes on. A name alone (`kill`, `procledger stats`) is talk about it.
[[nodiscard]] DocPage read_doc_page(const std::string& page, std::string_view text);
/// One of doc_pages(). Without anything if it cannot be read.
[[nodiscard]] DocPage read_doc_page(const std::string& page);

}  // namespace procledger::test
