// SPDX-License-Identifier: Apache-2.0
// The busiest thread of a daemon without a configuration, and a change of the chosen daemons at run time, as docs/from-thread-exporter.md
// describes.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "support/configured_daemon.hpp"
#include "support/daemon_test.hpp"
#include "support/grouping_test.hpp"

namespace procledger::test {
namespace {

constexpr const char* kThreadCpu = "procledger_thread_cpu_seconds_total";

class HotThread : public GroupingTest {
 protected:
  void start(std::vector<std::string> flags, std::vector<std::string> run_by = {}) {
    auto daemon = DaemonProcess::start({.flags = std::move(flags), .run_by = std::move(run_by)});
    ASSERT_TRUE(daemon) << daemon.error().message;
    daemon_.emplace(std::move(*daemon));
  }
  [[nodiscard]] Exposition scrape() const { return page_of(*daemon_); }
  [[nodiscard]] double used(const Exposition& page, const std::string& thread) const {
    return page.sum({.name = kThreadCpu, .labels = {{"tname", expand(thread)}}});
  }
  [[nodiscard]] std::size_t threads_of(const Exposition& page, const std::string& process) const {
    return page.count({.name = kThreadCpu, .labels = {{"pname", expand(process)}, {"mode", "user"}}});
  }
};

constexpr const char* kSteps = "pause thread %hot { burn 300000 park } thread %cold { burn 1000 park } fork { name %child park } park join";

TEST_F(HotThread, IsFoundByNameWithoutAFile) {
  ASSERT_NO_FATAL_FAILURE(start({"--threads.filter=" + expand("%act") + ",4194304"}));
  begin(kSteps);
  ASSERT_FALSE(HasFatalFailure());
  const auto rest = actor_->to_pause(4);
  ASSERT_TRUE(rest) << rest.error().message;
  const Exposition page = scrape();
  EXPECT_GE(used(page, "%hot"), 0.299);
  EXPECT_GE(used(page, "%cold"), 0.001);
  EXPECT_GE(used(page, "%hot"), 5 * used(page, "%cold"));
  EXPECT_EQ(threads_of(page, "%act"), 3u);
  EXPECT_EQ(threads_of(page, "%child"), 0u) << "a name is not a pattern";
  EXPECT_EQ(page.count({.name = kThreadCpu}), 6u) << "no threads of other programs";
  ASSERT_TRUE(actor_->to_end());
  EXPECT_EQ(scrape().count({.name = kThreadCpu}), 0u);
}

TEST_F(HotThread, NumberStandsForAllThatDescend) {
  ASSERT_NO_FATAL_FAILURE(start({}));
  begin(kSteps);
  ASSERT_FALSE(HasFatalFailure());
  ASSERT_NO_FATAL_FAILURE(start({}, {"/usr/bin/env", "FILTER=" + std::to_string(actor_->pid())}));
  const auto rest = actor_->to_pause(4);
  ASSERT_TRUE(rest) << rest.error().message;
  const Exposition page = scrape();
  EXPECT_EQ(threads_of(page, "%act"), 3u);
  EXPECT_EQ(threads_of(page, "%child"), 1u);
  EXPECT_EQ(page.count({.name = kThreadCpu}), 8u);
  EXPECT_GE(used(page, "%hot"), 0.299);
}

TEST_F(HotThread, HangUpAsksForOthers) {
  ASSERT_NO_FATAL_FAILURE(start({}));
  ConfiguredDaemon configured;
  const auto started = configured.start("threads: {filter: nobody}\ndefault: drop\n");
  ASSERT_TRUE(started) << started.error().message;
  begin(kSteps);
  ASSERT_FALSE(HasFatalFailure());
  const auto rest = actor_->to_pause(4);
  ASSERT_TRUE(rest) << rest.error().message;
  const auto threads = [&](const std::string& process) { return threads_of(page_of(configured.daemon()), process); };
  EXPECT_EQ(threads("%act"), 0u);
  ASSERT_TRUE(configured.write("threads: {filter: [" + expand("%act") + "]}\ndefault: drop\n"));
  ASSERT_TRUE(configured.hang_up());
  EXPECT_EQ(threads("%act"), 3u);
  ASSERT_TRUE(configured.write("threads: {filter: [" + expand("%child") + "]}\ndefault: drop\n"));
  ASSERT_TRUE(configured.hang_up());
  EXPECT_EQ(threads("%child"), 1u);
  EXPECT_EQ(threads("%act"), 0u);
}

}  // namespace
}  // namespace procledger::test
