// SPDX-License-Identifier: Apache-2.0
#include "support/doc_commands.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <set>

#include "support/files.hpp"

namespace procledger::test {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 9> kLanguages{"sh", "console", "text", "yaml", "json", "ini", "promql", "toml", "ebnf"};

const fs::path& root() {
  static const fs::path path = fs::path{PROCLEDGER_TEST_SOURCE_DIR}.parent_path();
  return path;
}

/// Whether the word is a program: installed here, or in this list of programs that pages use and that need not be installed.
bool is_program(const std::string& word) {
  static const std::set<std::string> known{"procledger",
                                           "sudo",
                                           "apt",
                                           "dpkg",
                                           "systemctl",
                                           "journalctl",
                                           "systemd-analyze",
                                           "kubectl",
                                           "oc",
                                           "helm",
                                           "podman",
                                           "docker",
                                           "buildah",
                                           "setcap",
                                           "curl",
                                           "wget",
                                           "promtool",
                                           "cmake",
                                           "ctest",
                                           "ninja",
                                           "bpftool",
                                           "prometheus-process-exporter"};
  if (word.starts_with("tools/") || word.starts_with("build/") || known.contains(word)) return true;
  if (word.empty() || word.find('/') != std::string::npos) return false;
  return std::ranges::any_of(std::array{"/usr/bin", "/usr/sbin"}, [&](const char* folder) { return fs::exists(fs::path{folder} / word); });
}

/// Whether text in backticks is a command.
bool is_command(const std::string& text) {
  const auto parts = words(text, " ");
  if (parts.size() < 2) return parts.size() == 1 && parts[0].starts_with("tools/") && !parts[0].ends_with("/");
  if (!is_program(parts[0])) return false;
  if (parts[1] == "by" || parts[1] == "without") return false;  // `sum by` is PromQL
  return parts[0] != "procledger" || parts.size() > 2 || parts[1].starts_with("-");
}

class Reader {
 public:
  explicit Reader(std::string page) : page_{std::move(page)} {}

  void line(std::string_view text) {
    ++number_;
    const auto begin = text.find_first_not_of(' ');
    if (begin != std::string_view::npos && text.substr(begin).starts_with("```")) {
      fence(std::string{text.substr(begin + 3)});
    } else if (!inside_) {
      prose(text);
    } else if (language_ == "sh") {
      shell(text);
    } else if (language_ == "console") {
      console(text);
    }
  }

  DocPage take() {
    for (const DocCommand& command : found_.commands) {
      if (command.text.starts_with("cat ") && !command.shown.empty()) found_.files[command.text.substr(4)] = command.shown;
    }
    return std::move(found_);
  }

 private:
  void fence(const std::string& language) {
    if (inside_ && language_ == "sh") found_.scripts.push_back(script_);
    inside_ = !inside_;
    quoted_.reset();
    script_.clear();
    goes_on_ = false;
    if (!inside_) return;
    language_ = language;
    if (std::ranges::find(kLanguages, language) == kLanguages.end()) found_.unreported.push_back(number_);
  }

  void shell(std::string_view text) {
    script_ += std::string{text} + "\n";
    if (goes_on_) {
      found_.commands.back().text += "\n" + std::string{text};
    } else if (!text.empty() && !text.starts_with("#")) {
      add(number_, std::string{text});
    }
    goes_on_ = text.ends_with('\\');
  }

  void console(std::string_view text) {
    if (text.starts_with("$ ")) {
      add(number_, std::string{text.substr(2)});
      found_.scripts.push_back(found_.commands.back().text);
      goes_on_ = true;
    } else if (goes_on_) {
      found_.commands.back().shown += std::string{text} + "\n";
    }
  }

  // A pair of backticks may span two lines, but not two paragraphs.
  void prose(std::string_view text) {
    if (text.empty()) quoted_.reset();
    if (quoted_) *quoted_ += ' ';
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text[at] == '`') {
        quote();
      } else if (quoted_ && !text.substr(at).starts_with("\\|")) {  // an escaped bar of a table
        *quoted_ += text[at];
      }
    }
  }

  void quote() {
    if (!quoted_) {
      quoted_.emplace();
      quoted_line_ = number_;
      return;
    }
    if (is_command(*quoted_)) {
      add(quoted_line_, *quoted_);
      found_.scripts.push_back(*quoted_);
    }
    quoted_.reset();
  }

  void add(std::size_t line, std::string text) {
    found_.commands.push_back({.page = page_, .line = line, .text = std::move(text), .shown = {}});
  }

  std::string page_;
  std::size_t number_{};
  bool inside_{};
  bool goes_on_{};  ///< after a line that ends with a backslash, or in the output of a command
  std::string language_;
  std::string script_;
  std::optional<std::string> quoted_;
  std::size_t quoted_line_{};
  DocPage found_;
};

}  // namespace

std::vector<std::string> doc_pages() {
  std::vector<std::string> pages{"README.md", "CONTRIBUTING.md"};
  for (const auto& entry : fs::recursive_directory_iterator{root() / "docs"}) {
    if (entry.path().extension() == ".md") pages.push_back(entry.path().lexically_relative(root()).string());
  }
  std::ranges::sort(pages);
  return pages;
}

DocPage read_doc_page(const std::string& page, std::string_view text) {
  Reader reader{page};
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    reader.line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.take();
}

DocPage read_doc_page(const std::string& page) { return read_doc_page(page, read_file(root() / page).value_or("")); }

}  // namespace procledger::test
