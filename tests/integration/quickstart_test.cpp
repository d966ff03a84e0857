// SPDX-License-Identifier: Apache-2.0
// tools/quickstart prints the output of the README, with the program of this build, without installing and building.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <string>

#include "support/child.hpp"
#include "support/daemon_process.hpp"
#include "support/files.hpp"
#include "support/host.hpp"
#include "support/http_client.hpp"

namespace procledger::test {
namespace {

namespace fs = std::filesystem;

TEST(Quickstart, ShowsValuesAndProcessesThatNoScrapeSaw) {
  PROCLEDGER_REQUIRE_BPF();
  const TempDir tree;
  const fs::path tools = fs::path{PROCLEDGER_TEST_SOURCE_DIR} / "../tools";
  for (const char* folder : {"tools", "build/release"}) fs::create_directories(tree.path() / folder);
  fs::copy_file(tools / "quickstart", tree.path() / "tools/quickstart");
  fs::create_symlink("/bin/true", tree.path() / "tools/install_deps");
  ASSERT_TRUE(write_file(tree.path() / "tools/common.sh", read_file(tools / "common.sh").value_or("") + "build_preset() { :; }\n"));
  fs::create_symlink(procledger_binary(), tree.path() / "build/release/procledger");
  const auto port = free_port();
  ASSERT_TRUE(port) << port.error().message;

  const auto ended = run_command({"env", "PORT=" + std::to_string(*port), tree.path() / "tools/quickstart", "--once"});
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_EQ(ended->exit_code(), 0) << ended->err;
  EXPECT_TRUE(std::regex_search(ended->out, std::regex{" CPU seconds +processes +threads +group\n( +[0-9.]+ +[0-9]+ +[0-9]+   \\S.*\n)+"}))
      << ended->out;
  EXPECT_TRUE(std::regex_search(ended->out, std::regex{"The group \"true\" counts: 2[0-9][0-9] exits, [0-9]+\\.[0-9]+ s of CPU\\."}))
      << ended->out;
  EXPECT_NE(ended->out.find("All metrics:  http://localhost:" + std::to_string(*port) + "/metrics\n"), std::string::npos) << ended->out;
  EXPECT_FALSE(connect_to({"127.0.0.1", *port})) << "quickstart left the daemon running";
}

}  // namespace
}  // namespace procledger::test
