// SPDX-License-Identifier: Apache-2.0
// The commands of docs/run.md run, and their output has the form on the page.
#include <fstream>
#include <regex>
#include <sstream>

#include "run_case.hpp"
#include "support/host.hpp"

namespace procledger::test {
namespace {

struct Example {
  std::string command;
  std::string shown;  ///< the output on the page
};

std::vector<Example> examples() {
  std::ifstream page{PROCLEDGER_TEST_SOURCE_DIR "/../docs/run.md"};
  std::vector<Example> all;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) {
      inside = false;
    } else if (line.starts_with("$ ")) {
      all.push_back({line.substr(2), {}});
      inside = true;
    } else if (inside) {
      all.back().shown += line + "\n";
    }
  }
  return all;
}

int shown_status(const std::string& shown) {
  std::smatch found;
  if (std::regex_search(shown, found, std::regex{"ended by signal (\\d+)"})) return 128 + std::stoi(found[1]);
  if (std::regex_search(shown, found, std::regex{"exit status (\\d+)"})) return std::stoi(found[1]);
  return 0;
}

/// The starts of lines that every report of a kind has: names and digits differ between runs.
std::vector<std::string> labels(const std::string& text) {
  std::vector<std::string> found;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    std::smatch label;
    if (std::regex_match(line, label, std::regex{"  ( {0,2}[a-zA-Z][a-zA-Z/ -]{1,13}[a-z])  +[0-9].*"})) found.push_back(label[1]);
  }
  return found;
}

class RunPage : public RunCase {
 protected:
  void SetUp() override { PROCLEDGER_REQUIRE_BPF(); }
};

TEST_F(RunPage, ItsCommandsEndAsShown) {
  const auto folder = std::filesystem::path{procledger_binary()}.parent_path().string();
  const auto all = examples();
  ASSERT_GE(all.size(), 10u);
  for (const Example& example : all) {
    const auto outcome =
        run_words({"bash", "-c", "cd " + directory_.path().string() + " && PATH=" + folder + ":$PATH\n" + example.command});
    EXPECT_EQ(outcome.exit_code(), shown_status(example.shown)) << example.command << "\n" << outcome.err;
    for (const std::string& label : labels(example.shown)) {
      EXPECT_NE(outcome.err.find("\n  " + label + "  "), std::string::npos) << example.command << ": no " << label << " in\n"
                                                                            << outcome.err;
    }
  }
}

// The reverse holds, too: the report has every key of the page.
TEST_F(RunPage, EveryKeyOfTheReportIsOnThePage) {
  const std::string page = read_file(PROCLEDGER_TEST_SOURCE_DIR "/../docs/run.md").value_or("");
  const auto known = [&](const std::string& key) {
    const bool exits = key.starts_with("exits_");
    return exits || page.find("`" + key + "`") != std::string::npos;
  };
  for (const auto& flags : {Words{"--tree", "--sample", "50ms"}, Words{"-r", "2"}, Words{"--source=proc"}, Words{"--timeout", "50ms"}}) {
    const auto said = report(flags, {"sh", "-c", "sleep 0.2; true"});
    for (const auto& [key, value] : said.items()) EXPECT_TRUE(known(key)) << key;
    for (const auto& [key, value] : said["programs"][0].items()) EXPECT_TRUE(known(key) || key.ends_with("_seconds")) << key;
    if (!said.contains("tree")) continue;
    for (const auto& [key, value] : said["tree"][0].items()) EXPECT_TRUE(known(key)) << key;
  }
}

}  // namespace
}  // namespace procledger::test
