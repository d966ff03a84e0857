// SPDX-License-Identifier: Apache-2.0
// procledger-reference: prints the reference of the program, made from the program's own tables.
//   man [COMMAND] | bash | zsh | fish     manual pages and completions, as installed by packages
//   command-line | metrics                docs/command-line.md, docs/metrics.md
//   all DIR                               manual pages and completions: procledger*.1, procledger.bash, _procledger, procledger.fish
#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "reference/outputs.hpp"

namespace procledger::reference {
namespace {

std::string own_page(const std::string& name) {
  const auto all = all_commands();
  const auto found = std::ranges::find_if(all, [&name](const Command& command) { return command.page.name == name; });
  if (found == all.end() || found->flags == nullptr) throw std::invalid_argument{name + " has no page of its own"};
  return man_page(*found);
}

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file{path};
  file << text << std::flush;
  if (!file) throw std::runtime_error{"cannot write " + path.string()};
}

void write_all(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  write(folder / "procledger.1", man_page());
  for (const Command& command : all_commands()) {
    if (command.flags != nullptr) write(folder / ("procledger-" + command.page.name + ".1"), man_page(command));
  }
  write(folder / "procledger.bash", bash_completion());
  write(folder / "_procledger", zsh_completion());
  write(folder / "procledger.fish", fish_completion());
}

int run(const std::vector<std::string>& words) {
  const std::string what = words.empty() ? "" : words[0];
  if (what == "all" && words.size() == 2) {
    write_all(words[1]);
  } else if (what == "man" && words.size() <= 2) {
    std::cout << (words.size() == 2 ? own_page(words[1]) : man_page());
  } else if (what == "bash") {
    std::cout << bash_completion();
  } else if (what == "zsh") {
    std::cout << zsh_completion();
  } else if (what == "fish") {
    std::cout << fish_completion();
  } else if (what == "command-line") {
    std::cout << command_line_doc();
  } else if (what == "metrics") {
    std::cout << metrics_doc();
  } else {
    throw std::invalid_argument{"one of: man [COMMAND], bash, zsh, fish, command-line, metrics, all DIR"};
  }
  return 0;
}

}  // namespace

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
  return text;
}

}  // namespace procledger::reference

int main(int argc, char** argv) try { return procledger::reference::run({argv + 1, argv + argc}); } catch (const std::exception& error) {
  std::cerr << "procledger-reference: " << error.what() << "\n";
  return 1;
}
