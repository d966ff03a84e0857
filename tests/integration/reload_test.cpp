// SPDX-License-Identifier: Apache-2.0
// A reload of the configuration: the effects of a new file, and no effect of a broken file.
#include <gtest/gtest.h>

#include "support/clocks.hpp"
#include "support/configured_daemon.hpp"
#include "support/daemon_test.hpp"
#include "support/host.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

constexpr const char* kProcesses = "procledger_group_processes";
constexpr const char* kSuccess = "procledger_config_last_reload_successful";

class Reload : public testing::Test {
 protected:
  void SetUp() override { PROCLEDGER_REQUIRE_BPF(); }

  void start(const std::string& text) {
    const auto started = configured_.start(text);
    ASSERT_TRUE(started) << started.error().message;
  }
  void reload(const std::string& text) {
    const auto done = configured_.reload(text);
    ASSERT_TRUE(done) << done.error().message;
  }
  /// Starts a process with a unique name that uses CPU time for longer than any test.
  void start_burner() {
    auto burner = Child::spawn({.argv = {names_.link("burn", "burn"), "3600000000"}, .cgroup_procs = {}, .cpu = {}, .inherit = {}});
    ASSERT_TRUE(burner) << burner.error().message;
    burner_.emplace(std::move(*burner));
    const std::string comm = "/proc/" + std::to_string(burner_->pid()) + "/comm";
    ASSERT_TRUE(eventually(kHangDeadline, [&] { return read_file(comm).value_or("") == names_.comm("burn") + "\n"; }));
  }
  Exposition scrape() { return page_of(configured_.daemon()); }
  double in_group(const std::string& name, const std::string& group) { return scrape().sum({.name = name, .labels = {{"group", group}}}); }
  [[nodiscard]] std::string rule(const std::string& group, const std::string& more = {}) const {
    return "  - {name: " + group + ", match: {comm: " + names_.comm("burn") + "}" + more + "}\n";
  }

  UniqueNames names_;
  ConfiguredDaemon configured_;
  std::optional<Child> burner_;
};

TEST_F(Reload, LivingProcessMovesToTheGroupOfTheNewRules) {
  const std::string before = names_.comm("before");
  const std::string after = names_.comm("after");
  ASSERT_NO_FATAL_FAILURE(start("groups:\n" + rule(before)));
  ASSERT_NO_FATAL_FAILURE(start_burner());
  EXPECT_EQ(in_group(kProcesses, before), 1);
  ASSERT_NO_FATAL_FAILURE(reload("groups:\n" + rule(after)));
  const Exposition moved = scrape();
  EXPECT_EQ(moved.sum({.name = kProcesses, .labels = {{"group", before}}}), 0);
  EXPECT_EQ(moved.sum({.name = kProcesses, .labels = {{"group", after}}}), 1);
  const double left_behind = moved.sum({.name = kGroupCpu, .labels = {{"group", before}}});
  EXPECT_GT(left_behind, 0) << "time before the reload stays in its group";
  const double had = moved.sum({.name = kGroupCpu, .labels = {{"group", after}}});
  EXPECT_TRUE(eventually(kHangDeadline, [&] { return in_group(kGroupCpu, after) > had + 0.05; }));
  EXPECT_EQ(in_group(kGroupCpu, before), left_behind);
}

TEST_F(Reload, BrokenFileIsTheErrorAndTheRulesStay) {
  const std::string group = names_.comm("stays");
  ASSERT_NO_FATAL_FAILURE(start("groups:\n" + rule(group)));
  ASSERT_NO_FATAL_FAILURE(start_burner());
  EXPECT_EQ(scrape().value(kSuccess), 1);
  const auto good_since = scrape().value("procledger_config_last_reload_success_timestamp_seconds");
  ASSERT_TRUE(configured_.write("groups:\n  - name: x\n    match: {com: y}\n    threads: names\n"));
  const auto answer = configured_.post();
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 500);
  EXPECT_EQ(words(answer->body, "\n").size(), 2U) << answer->body;
  EXPECT_TRUE(answer->body.starts_with(configured_.file() + ":3:13: error: groups[0].match: unknown key \"com\"")) << answer->body;
  EXPECT_NE(answer->body.find(configured_.file() + ":4:14: error: groups[0].threads"), std::string::npos) << answer->body;
  const auto logged = configured_.events("reload_failed");
  ASSERT_EQ(logged.size(), 2U) << configured_.daemon().log();
  EXPECT_NE(logged[0].find(configured_.file() + ":3:13: error: "), std::string::npos) << logged[0];
  const Exposition page = scrape();
  EXPECT_EQ(page.value(kSuccess), 0);
  EXPECT_EQ(page.value("procledger_config_last_reload_success_timestamp_seconds"), good_since);
  EXPECT_EQ(page.sum({.name = kProcesses, .labels = {{"group", group}}}), 1);
  ASSERT_NO_FATAL_FAILURE(reload("groups:\n" + rule(group)));
  EXPECT_EQ(scrape().value(kSuccess), 1);
}

TEST_F(Reload, FileThatIsGoneKeepsTheRules) {
  ASSERT_NO_FATAL_FAILURE(start("groups:\n" + rule(names_.comm("stays"))));
  ASSERT_NO_FATAL_FAILURE(start_burner());
  ASSERT_EQ(unlink(configured_.file().c_str()), 0);
  ASSERT_TRUE(configured_.hang_up());
  const auto logged = configured_.events("reload_failed");
  ASSERT_EQ(logged.size(), 1U);
  EXPECT_NE(logged[0].find(configured_.file() + ": error: cannot be opened: No such file"), std::string::npos) << logged[0];
  EXPECT_EQ(scrape().value(kSuccess), 0);
  EXPECT_EQ(in_group(kProcesses, names_.comm("stays")), 1);
}

TEST_F(Reload, IsForbiddenUnlessEnabledAndNeverAGet) {
  const auto started = configured_.start("", {});
  ASSERT_TRUE(started) << started.error().message;
  const auto forbidden = configured_.post();
  ASSERT_TRUE(forbidden) << forbidden.error().message;
  EXPECT_EQ(forbidden->status, 403) << forbidden->body;
  EXPECT_NE(forbidden->body.find("--web.enable-lifecycle"), std::string::npos) << forbidden->body;
  EXPECT_TRUE(configured_.hang_up()) << "the signal needs no permission";
  ConfiguredDaemon enabled;
  ASSERT_TRUE(enabled.start(""));
  const auto get = HttpClient{enabled.daemon().address()}.get("/-/reload");
  ASSERT_TRUE(get) << get.error().message;
  EXPECT_EQ(get->status, 405) << get->body;
  EXPECT_EQ(get->headers.at("allow"), "POST, PUT");
  EXPECT_EQ(enabled.events("reloaded").size(), 0U);
}

// Two pages of one collection have the same values.
TEST_F(Reload, IntervalFollowsTheFile) {
  constexpr const char* kCollections = "procledger_collect_cpu_seconds_total";
  ASSERT_NO_FATAL_FAILURE(start("collect: {interval: 0s}\n"));
  EXPECT_NE(scrape().value(kCollections), scrape().value(kCollections));
  ASSERT_NO_FATAL_FAILURE(reload("collect: {interval: 1h}\n"));
  std::optional<double> last;
  EXPECT_TRUE(eventually(kHangDeadline, [&] {
    const auto now = scrape().value(kCollections);
    return std::exchange(last, now) == now;
  }));
  ASSERT_NO_FATAL_FAILURE(reload("collect: {interval: 20ms}\n"));
  const auto before = scrape().value(kCollections);
  EXPECT_TRUE(eventually(kHangDeadline, [&] { return scrape().value(kCollections) != before; }));
  ASSERT_NO_FATAL_FAILURE(reload("collect: {interval: 0s}\n"));
  EXPECT_NE(scrape().value(kCollections), scrape().value(kCollections));
}

TEST_F(Reload, LimitOfGroupsFollowsTheFile) {
  const std::string own = names_.comm("burn");
  ASSERT_NO_FATAL_FAILURE(start("limits: {groups: 1}\n"));
  ASSERT_NO_FATAL_FAILURE(start_burner());
  EXPECT_EQ(in_group(kProcesses, own), 0);
  EXPECT_GE(in_group(kProcesses, "(other)"), 1);
  ASSERT_NO_FATAL_FAILURE(reload("limits: {groups: 1000}\n"));
  EXPECT_EQ(in_group(kProcesses, own), 1);
  EXPECT_EQ(in_group(kProcesses, "(other)"), 0);
}

TEST_F(Reload, LimitOfSeriesFollowsTheFile) {
  constexpr const char* kDropped = "procledger_series_dropped";
  ASSERT_NO_FATAL_FAILURE(start("groups: [{name: all, processes: true}]\nlimits: {series: 100}\n"));
  EXPECT_GT(scrape().value(kDropped), 0);
  ASSERT_NO_FATAL_FAILURE(reload("groups: [{name: all, processes: true}]\n"));
  EXPECT_EQ(scrape().value(kDropped), 0);
}

TEST_F(Reload, ThreadSeriesComeAndGoAndNeverFall) {
  const std::string group = names_.comm("group");
  const Selector threads{.name = "procledger_group_thread_cpu_seconds_total", .labels = {{"group", group}}};
  ASSERT_NO_FATAL_FAILURE(start("groups:\n" + rule(group, ", threads: name")));
  ASSERT_NO_FATAL_FAILURE(start_burner());
  ASSERT_TRUE(eventually(kHangDeadline, [&] { return scrape().sum(threads) > 0.05; }));
  const double had = scrape().sum(threads);
  ASSERT_NO_FATAL_FAILURE(reload("groups:\n" + rule(group)));
  EXPECT_EQ(scrape().count(threads), 0U);
  EXPECT_GT(in_group(kGroupCpu, group), had);
  ASSERT_NO_FATAL_FAILURE(reload("groups:\n" + rule(group, ", threads: name")));
  EXPECT_GE(scrape().sum(threads), had);
  ASSERT_NO_FATAL_FAILURE(reload("groups:\n" + rule(group, ", threads: tid")));
  const Selector single{.name = "procledger_thread_cpu_seconds_total", .labels = {{"group", group}, {"tname", names_.comm("burn")}}};
  EXPECT_TRUE(eventually(kHangDeadline, [&] { return scrape().sum(single) > 0; }));
  EXPECT_EQ(scrape().count(threads), 0U);
}

}  // namespace
}  // namespace procledger::test
