// SPDX-License-Identifier: Apache-2.0
// The commands of docs/walkthrough.md have the described results, line by line, with a real Prometheus.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "support/child.hpp"
#include "support/daemon_process.hpp"
#include "support/files.hpp"
#include "support/host.hpp"
#include "support/http_client.hpp"
#include "support/load.hpp"

namespace procledger::test {
namespace {

/// The blocks of shell of the page, joined.
std::string commands_of_page() {
  std::ifstream page{PROCLEDGER_TEST_SOURCE_DIR "/../docs/walkthrough.md"};
  std::string commands;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) {
      inside = line == "```sh";
    } else if (inside) {
      commands += line + "\n";
    }
  }
  return commands;
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  return text;
}

double value_in(const std::string& text) {
  const auto blank = text.rfind(' ');
  return blank == std::string::npos ? 0 : std::stod(text.substr(blank));
}

TEST(WalkthroughPage, EveryBlockHasTheShownResult) {
  PROCLEDGER_REQUIRE_BPF();
  if (!run_command({"prometheus", "--version"})) GTEST_SKIP() << "prometheus is not installed";
  const TempDir files;
  const auto port = free_port();
  ASSERT_TRUE(port) << port.error().message;
  const auto prometheus_port = free_port();
  ASSERT_TRUE(prometheus_port) << prometheus_port.error().message;
  const std::string address = "localhost:" + std::to_string(*port);
  std::string script = with(commands_of_page(), "localhost:9056", address);
  script = with(script, "localhost:9091", "localhost:" + std::to_string(*prometheus_port));
  script =
      with(script, "procledger --config", procledger_binary() + " --web.listen-address=127.0.0.1:" + std::to_string(*port) + " --config");
  const std::string clean_up = "trap 'kill -KILL $script $daemon $prometheus 2>/dev/null' EXIT\n";
  script = "cd '" + files.path().string() + "'\n" + clean_up + script + "trap - EXIT\n";
  ASSERT_NE(script.find("loop.sh"), std::string::npos);
  const auto ended = run_command({"bash", "-c", script}, std::chrono::minutes{5});
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_EQ(ended->exit_code(), 0) << ended->err;

  double last = 0;
  for (int scrape = 1; scrape <= 6; ++scrape) {
    const auto lines = words(read_file(files.path() / ("scrape-" + std::to_string(scrape))).value_or(""), "\n");
    ASSERT_FALSE(lines.empty()) << scrape;
    double used = 0;
    for (const std::string& line : lines) {
      if (line.starts_with("procledger_process_cpu_seconds_total")) used += value_in(line);
    }
    EXPECT_GT(used, last) << "scrape " << scrape;
    last = used;
  }
  const std::string sixth = read_file(files.path() / "scrape-6").value_or("");
  EXPECT_NE(sixth.find("cmdline=\"bash loop.sh\""), std::string::npos) << sixth;
  const std::string rate = read_file(files.path() / "rate").value_or("");
  EXPECT_TRUE(rate.starts_with("{comm=\"bash\"} => ")) << rate;
  const std::string after = read_file(files.path() / "after").value_or("");
  double kept = 0;
  for (const std::string& line : words(after, "\n")) {
    if (line.starts_with("procledger_group_cpu_seconds_total")) kept += value_in(line);
  }
  EXPECT_GE(kept, last) << after;
  EXPECT_NE(after.find("reason=\"signal\"} "), std::string::npos) << after;
}

}  // namespace
}  // namespace procledger::test
