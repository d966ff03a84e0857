// SPDX-License-Identifier: Apache-2.0
// Attributes that rules match: executable, arguments, environment and cgroup of a process.
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "matrix/exec_watch.hpp"
#include "matrix/matrix_test.hpp"

namespace procledger::test {
namespace {

/// The id of a cgroup, as in records.
std::uint64_t id_of(const CpuCgroup& cgroup) {
  const std::string file = cgroup.procs_file();
  struct stat facts{};
  return stat(file.substr(0, file.rfind('/')).c_str(), &facts) == 0 ? facts.st_ino : 0;
}

/// Records names and removals of cgroups, and moves of processes.
class CgroupWatch final : public ForwardingSink {
 public:
  using ForwardingSink::ForwardingSink;

  void on_cgroup_named(const event::CgroupNamed& named) override {
    names[named.id] = named.path;
    ForwardingSink::on_cgroup_named(named);
  }
  void on_cgroup_removed(std::uint64_t id) override {
    removed.insert(id);
    ForwardingSink::on_cgroup_removed(id);
  }
  void on_move(const event::Changed& change) override {
    moves[change.task.tid].push_back(change.task.cgroup_id.value_or(0));
    ForwardingSink::on_move(change);
  }

  std::map<std::uint64_t, std::string> names;
  std::set<std::uint64_t> removed;
  std::map<std::uint32_t, std::vector<std::uint64_t>> moves;
};

class Identity : public MatrixTest {
 protected:
  void SetUp() override {
    MatrixTest::SetUp();
    if (HasFatalFailure()) return;
    pipeline_->source().want({.path = true, .environment = true});
  }
  void TearDown() override { unsetenv(kVariable); }  // NOLINT(concurrency-mt-unsafe): no other thread runs

  /// Runs a program once with this variable in its environment, and records its exec.
  ExecWatch exec(const std::vector<std::string>& argv, const std::string& value, const std::string& comm = "true") {
    setenv(kVariable, value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    ExecWatch execs{pipeline_->sink(), names_.comm(comm)};
    watch(execs);
    const auto ended = run_command(argv, kPatience);
    EXPECT_TRUE(ended) << ended.error().message;
    EXPECT_TRUE(soon([&] { return execs.count() == 1; }));
    watcher_ = nullptr;
    return execs;
  }

  static constexpr const char* kVariable = "PROCLEDGER_MATRIX";
};

TEST_F(Identity, PathIsThatOfTheFileThatRuns) {
  const std::vector<std::string> argv{names_.link("true", "true")};
  const ExecWatch execs = exec(argv, "x");
  EXPECT_EQ(execs.last().path, std::filesystem::canonical(argv[0]).string()) << "not the link";
}

TEST_F(Identity, ShortEnvironmentAndArguments) {
  const std::vector<std::string> argv{names_.link("true", "true"), "a", "b c"};
  const ExecWatch execs = exec(argv, "short");
  EXPECT_EQ(execs.times(argv), 1U);
  EXPECT_NE(execs.last().env.find(std::string{kVariable} + "=short"), std::string::npos);
  EXPECT_FALSE(execs.last().env_cut);
  EXPECT_FALSE(execs.last().args_cut);
}

TEST_F(Identity, LongEnvironmentAndArguments) {
  const std::string long_value(5000, 'v');
  const std::vector<std::string> argv{names_.link("true", "true"), std::string(1500, 'a'), "last"};
  const ExecWatch execs = exec(argv, long_value);
  EXPECT_EQ(execs.times(argv), 1U);
  EXPECT_NE(execs.last().env.find(std::string{kVariable} + "=" + long_value), std::string::npos);
  EXPECT_FALSE(execs.last().env_cut);
  EXPECT_FALSE(execs.last().args_cut);
}

TEST_F(Identity, WhatDoesNotFitIsCutAndSaidToBe) {
  const ExecWatch execs = exec({names_.link("true", "true"), std::string(5000, 'a')}, std::string(20'000, 'v'));
  EXPECT_TRUE(execs.last().env_cut);
  EXPECT_TRUE(execs.last().args_cut);
  EXPECT_EQ(execs.last().env.size(), 8192U);
}

TEST_F(Identity, CgroupIsKnownByNameAndFollowedOnMoves) {
  CgroupWatch watcher{pipeline_->sink()};
  watch(watcher);
  const std::string name = "procledger-test-" + names_.prefix();
  std::optional<CpuCgroup> first{CpuCgroup::create(name + "first").value()};
  auto second = CpuCgroup::create(name + "second");
  ASSERT_TRUE(second) << second.error().message;
  const std::uint64_t first_id = id_of(*first);
  const std::uint64_t second_id = id_of(*second);
  auto child = Child::spawn({.argv = {names_.link("holder", "holder"), "0", "0", "0", "-", "0", "1"},
                             .cgroup_procs = first->procs_file(),
                             .cpu = {},
                             .inherit = {}});
  ASSERT_TRUE(child) << child.error().message;
  ASSERT_TRUE(soon([&] { return child->out() == "ready\n"; })) << child->err();
  EXPECT_TRUE(watcher.names[first_id].ends_with("/" + name + "first")) << watcher.names[first_id];
  EXPECT_TRUE(watcher.names[second_id].ends_with("/" + name + "second"));
  EXPECT_EQ(pipeline_->process(child->pid())->identity.cgroup_id, first_id);
  ASSERT_TRUE(write_file(second->procs_file(), std::to_string(child->pid())));
  first.reset();
  ASSERT_TRUE(soon([&] { return watcher.removed.contains(first_id); }));
  EXPECT_EQ(pipeline_->process(child->pid())->identity.cgroup_id, second_id);
  EXPECT_EQ(watcher.moves[static_cast<std::uint32_t>(child->pid())], (std::vector{first_id, second_id}));
}

}  // namespace
}  // namespace procledger::test
