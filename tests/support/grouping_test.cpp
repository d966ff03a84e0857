// SPDX-License-Identifier: Apache-2.0
#include "support/grouping_test.hpp"

#include <cmath>
#include <filesystem>
#include <iostream>
#include <utility>

namespace procledger::test {
namespace {

std::string replaced(std::string text, char what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) text.replace(at, 1, by);
  return text;
}

}  // namespace

void GroupingTest::SetUp() {
  PROCLEDGER_REQUIRE_BPF();
  // Any user may enter the folder and run its programs.
  std::filesystem::permissions(files_.path(), std::filesystem::perms{0755});
  install("act", "act");
  install("burn", "burn");
  cgroup_name_ = "procledger-test-" + names_.prefix() + std::to_string(monotonic_ns());
}

void GroupingTest::install(const std::string& name, const std::string& program) const {
  const std::filesystem::path from = program.starts_with('/') ? program : std::string{PROCLEDGER_TESTPROGS} + "/" + program;
  const std::filesystem::path to = expand("@" + name);
  std::filesystem::create_directories(to.parent_path());
  std::filesystem::copy_file(from, to);
}

std::string GroupingTest::expand(std::string text) const {
  return replaced(replaced(std::move(text), '%', names_.prefix()), '@', files_.path().string() + "/" + names_.prefix());
}

void GroupingTest::start_daemon(const std::string& config, std::vector<std::string> flags) {
  const std::string file = (files_.path() / "config.yaml").string();
  ASSERT_TRUE(write_file(file, expand(config)));
  flags.push_back("--config.file=" + file);
  auto daemon = DaemonProcess::start({.flags = std::move(flags)});
  ASSERT_TRUE(daemon) << daemon.error().message;
  daemon_.emplace(std::move(*daemon));
}

void GroupingTest::begin(const std::string& steps) {
  auto cgroup = CpuCgroup::create(cgroup_name_);
  ASSERT_TRUE(cgroup) << cgroup.error().message;
  cgroup_.emplace(std::move(*cgroup));
  begin_in(*cgroup_, steps);
}

void GroupingTest::begin_in(const CpuCgroup& cgroup, const std::string& steps) {
  watch(cgroup);
  std::vector<std::string> words_of_steps = words(expand(steps), " \n");
  for (std::string& word : words_of_steps) word = replaced(std::move(word), '~', " ");
  auto actor = Actor::start(expand("@act"), words_of_steps, cgroup);
  ASSERT_TRUE(actor) << actor.error().message;
  actor_.reset();
  actor_.emplace(std::move(*actor));
  mark();
}

void GroupingTest::mark() {
  auto page = daemon_->scrape();
  ASSERT_TRUE(page) << page.error().message;
  before_ = std::move(*page);
  after_ = before_;
  usage_before_ns_ = stage_->usage_ns();
}

void GroupingTest::to_pause(std::size_t pauses, std::uint64_t exits) {
  const auto reached = actor_->to_pause(pauses);
  ASSERT_TRUE(reached) << reached.error().message;
  scrape_until_exact(exits);
}

void GroupingTest::to_end(std::uint64_t exits) {
  const auto ended = actor_->to_end();
  ASSERT_TRUE(ended) << ended.error().message;
  scrape_until_exact(exits);
}

void GroupingTest::scrape_until_exact(std::uint64_t exits) {
  truth_ = static_cast<double>(stage_->usage_ns() - usage_before_ns_) / 1e9;
  const Selector all_cpu{.name = kGroupCpu, .group_prefix = names_.prefix()};
  const Selector all_exits{.name = kGroupExits, .group_prefix = names_.prefix()};
  double shown{};
  double exited{};
  EXPECT_TRUE(agree_twice([&] {
    auto page = daemon_->scrape();
    if (!page) return false;
    after_ = std::move(*page);
    shown = after_.sum(all_cpu) - before_.sum(all_cpu);
    exited = after_.sum(all_exits) - before_.sum(all_exits);
    return std::abs(shown - truth_) <= allowed_cpu_error(truth_) && exited >= static_cast<double>(exits);
  }));
  std::cout << "kernel " << truth_ * 1e3 << " ms, shown " << shown * 1e3 << " ms, error " << (shown - truth_) * 1e3 << " ms, exits "
            << exited << "\n";
  EXPECT_NEAR(shown, truth_, allowed_cpu_error(truth_));
  EXPECT_EQ(exited, static_cast<double>(exits));
}

double GroupingTest::grown(const std::string& metric, LabelMap labels) const {
  for (auto& [name, value] : labels) value = expand(std::move(value));
  const Selector selector{.name = metric, .labels = std::move(labels)};
  return after_.sum(selector) - before_.sum(selector);
}

double GroupingTest::cpu(const std::string& group) const { return grown(kGroupCpu, {{"group", group}}); }
double GroupingTest::exits(const std::string& group) const { return grown(kGroupExits, {{"group", group}}); }

}  // namespace procledger::test
