// SPDX-License-Identifier: Apache-2.0
// The fixture of tests of `procledger run`, started as a user starts it.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/child.hpp"
#include "support/daemon_process.hpp"
#include "support/files.hpp"

namespace procledger::test {

class RunCase : public testing::Test {
 protected:
  using Words = std::vector<std::string>;

  [[nodiscard]] static std::string program(const std::string& name) { return std::string{PROCLEDGER_TESTPROGS "/"} + name; }

  /// The command line `procledger run FLAGS -- COMMAND`, after the words of `by`.
  [[nodiscard]] static Words words_of(const Words& flags, const Words& command, Words by = {},
                                      const std::string& binary = procledger_binary()) {
    by.insert(by.end(), {binary, "run"});
    by.insert(by.end(), flags.begin(), flags.end());
    by.emplace_back("--");
    by.insert(by.end(), command.begin(), command.end());
    return by;
  }

  static Outcome run(const Words& flags, const Words& command) { return run_words(words_of(flags, command)); }
  static Outcome run_words(const Words& words) {
    auto child = Child::spawn({.argv = words, .cgroup_procs = {}, .cpu = {}, .inherit = {}});
    if (!child) {
      ADD_FAILURE() << child.error().message;
      return {};
    }
    auto outcome = child->wait(std::chrono::minutes{5});
    EXPECT_TRUE(outcome) << "run did not exit; its output: " << child->err();
    return outcome.value_or(Outcome{});
  }

  /// The report of a run. The exit status must be the status in the report.
  [[nodiscard]] nlohmann::json report(Words flags, const Words& command) {
    const std::string file = directory_.path() / "report.json";
    flags.insert(flags.end(), {"--json", "-o", file});
    last_ = run(flags, command);
    auto parsed = nlohmann::json::parse(read_file(file).value_or(""), nullptr, false);
    EXPECT_TRUE(parsed.is_object()) << last_.err;
    if (!parsed.is_object()) return nlohmann::json::object();
    EXPECT_EQ(parsed["exit_status"], last_.exit_code());
    return parsed;
  }

  /// The program with this name in a report, or an empty object.
  [[nodiscard]] static nlohmann::json program_in(const nlohmann::json& report, const std::string& name) {
    for (const auto& each : report["programs"]) {
      if (each["name"] == name) return each;
    }
    return nlohmann::json::object();
  }

  TempDir directory_;
  Outcome last_;  ///< of report()
};

}  // namespace procledger::test
