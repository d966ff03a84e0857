// SPDX-License-Identifier: Apache-2.0
// The commands of the documentation.
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
  std::string shown;  ///< the output on the page; only for commands in a block "console"

  [[nodiscard]] std::string place() const { return page + ":" + std::to_string(line) + ": " + text; }
};

struct DocPage {
  std::vector<DocCommand> commands;
  std::map<std::string, std::string> files;  ///< by name; the output of "$ cat NAME"
  std::vector<std::string> scripts;          ///< blocks of shell as they are, and the other commands
  std::vector<std::size_t> unreported;       ///< lines of fences without a language
};

/// README.md, CONTRIBUTING.md and all pages in docs.
[[nodiscard]] std::vector<std::string> doc_pages();

/// Commands are the lines of blocks "sh", the lines after "$ " in blocks "console", and text in backticks that begins with the name of a
/// program and has more words. A name alone (`kill`, `procledger stats`) is no command.
[[nodiscard]] DocPage read_doc_page(const std::string& page, std::string_view text);
/// Reads one of doc_pages(). Empty if the page cannot be read.
[[nodiscard]] DocPage read_doc_page(const std::string& page);

}  // namespace procledger::test
