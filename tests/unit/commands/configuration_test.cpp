// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/configuration.hpp"

#include <gtest/gtest.h>

#include "support/files.hpp"

namespace procledger::commands {
namespace {

using namespace std::chrono_literals;

class LoadConfiguration : public testing::Test {
 protected:
  [[nodiscard]] std::string file() const { return directory_.path() / "c.yaml"; }

  CollectOptions with_file(std::string_view text) {
    EXPECT_TRUE(test::write_file(file(), text));
    CollectOptions options;
    options.config_file = file();
    return options;
  }
  CollectOptions compat_with_file(std::string_view text) {
    CollectOptions options = with_file(text);
    options.compat.emplace();
    return options;
  }

 private:
  test::TempDir directory_;
};

TEST_F(LoadConfiguration, WithoutAFileItIsTheDefault) {
  const auto loaded = load_configuration({});
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(loaded->config.book.rules.empty());
  EXPECT_EQ(loaded->config.limits.groups, 1000U);
  EXPECT_EQ(loaded->warnings, "");
}

TEST_F(LoadConfiguration, FileIsRead) {
  const auto loaded = load_configuration(with_file("groups: [{name: a, match: {comm: a}}]\nlimits: {groups: 7}\n"));
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->config.book.rules.size(), 1U);
  EXPECT_EQ(loaded->config.limits.groups, 7U);
}

TEST_F(LoadConfiguration, AllErrorsAreReportedWithTheirPlaces) {
  const auto loaded = load_configuration(with_file("groups: [{nane: a}]\nlimits: {groups: 0}\n"));
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::kUsage);
  const auto lines = test::words(loaded.error().message, "\n");
  ASSERT_GE(lines.size(), 2U) << loaded.error().message;
  EXPECT_TRUE(lines.front().starts_with(file() + ":1:10: error: groups[0]")) << lines.front();
  EXPECT_TRUE(lines.back().starts_with(file() + ":2:18: error: limits.groups")) << lines.back();
  EXPECT_FALSE(loaded.error().message.ends_with('\n'));
}

TEST_F(LoadConfiguration, FileThatIsNotThereIsNamed) {
  CollectOptions options;
  options.config_file = "/nonexistent/c.yaml";
  const auto loaded = load_configuration(options);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(loaded.error().message, "/nonexistent/c.yaml: error: cannot be opened: No such file or directory");
}

TEST_F(LoadConfiguration, WarningsComeAlong) {
  const auto loaded = load_configuration(with_file("groups:\n  - {name: all}\n  - {name: never, match: {comm: a}}\n"));
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(loaded->warnings.starts_with(file() + ":3:5: warning: groups[1]")) << loaded->warnings;
}

TEST_F(LoadConfiguration, FlagsWinOverTheFile) {
  CollectOptions options = with_file("collect: {interval: 5s}\ngroups: [{name: a, match: {comm: a}}]\n");
  EXPECT_EQ(load_configuration(options)->config.collect.interval, 5s);
  options.collect_interval = 0ms;
  options.pss = true;
  const auto loaded = load_configuration(options);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->config.collect.interval, 0s);
  EXPECT_TRUE(loaded->config.book.rules.front().series.pss);
  EXPECT_TRUE(loaded->config.book.fallback_series.pss);
  EXPECT_FALSE(loaded->config.book.fallback_series.sockets);
}

TEST_F(LoadConfiguration, ProcessExporterHasNoLimitOfGroupsToSpeakOf) {
  const CollectOptions options = compat_with_file("process_names: [{comm: [a]}]\n");
  const auto loaded = load_configuration(options);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->config.limits.groups, 20'000U);
  EXPECT_EQ(loaded->config.book.rules.front().series.threads, rules::ThreadSeries::kByName);
  EXPECT_TRUE(loaded->config.book.rules.front().series.pss);
}

TEST_F(LoadConfiguration, ProcessExportersFlagsTurnThingsOff) {
  CollectOptions options = compat_with_file("process_names: [{comm: [a]}]\n");
  options.compat->threads = false;
  options.compat->gather_smaps = false;
  options.compat->children = false;
  const auto loaded = load_configuration(options);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->config.book.rules.front().series, rules::SeriesOptions{});
  EXPECT_FALSE(loaded->config.book.inherit);
}

TEST_F(LoadConfiguration, OwnFormHasItsGroupsInCompatModeToo) {
  const CollectOptions options = compat_with_file("groups: [{name: a, match: {comm: a}}]\nchildren: own\n");
  const auto loaded = load_configuration(options);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->config.book.rules.size(), 1U);
  EXPECT_EQ(loaded->config.book.rules.front().name, "a");
  EXPECT_TRUE(loaded->config.book.fallback) << "the native form names processes without a group";
}

TEST_F(LoadConfiguration, ChildrenFollowTheFlagThenTheFileThenProcessExporter) {
  CollectOptions own = compat_with_file("groups: [{name: a, match: {comm: a}}]\nchildren: own\n");
  EXPECT_FALSE(load_configuration(own)->config.book.inherit);
  own.compat->children = true;
  EXPECT_TRUE(load_configuration(own)->config.book.inherit);
  CollectOptions theirs = compat_with_file("process_names: [{comm: [a]}]\n");
  EXPECT_TRUE(load_configuration(theirs)->config.book.inherit);
  theirs.compat->children = false;
  EXPECT_FALSE(load_configuration(theirs)->config.book.inherit);
}

TEST_F(LoadConfiguration, ProcnamesAreRules) {
  CollectOptions options;
  options.compat.emplace();
  options.compat->procnames = "a,b";
  const auto loaded = load_configuration(options);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_FALSE(loaded->config.book.rules.empty());
  options.compat->procnames.clear();
  options.compat->namemapping = "a,(";
  EXPECT_FALSE(load_configuration(options));
}

}  // namespace
}  // namespace procledger::commands
