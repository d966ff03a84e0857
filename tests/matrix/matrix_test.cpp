// SPDX-License-Identifier: Apache-2.0
#include "matrix/matrix_test.hpp"

#include <iostream>
#include <numeric>
#include <utility>

#include "support/files.hpp"

namespace procledger::test {
namespace {

bool has_ended(pid_t pid) {
  const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat").value_or("");
  return stat.empty() || stat.find(") Z ") != std::string::npos;
}

std::uint64_t used(const ledger::Account& account) { return account.total.cpu_ns + account.running_ns; }

}  // namespace

void MatrixTest::SetUp() {
  const auto kind = tested_source();
  ASSERT_TRUE(kind) << kind.error().message;
  kind_ = *kind;
  auto source = kind_.open();
  ASSERT_TRUE(source) << source.error().message;
  auto pipeline = TestPipeline::open(std::move(*source));
  ASSERT_TRUE(pipeline) << pipeline.error().message;
  pipeline_ = std::move(*pipeline);
}

void MatrixTest::collect() {
  const auto collected = watcher_ != nullptr ? pipeline_->collect(*watcher_) : pipeline_->collect();
  EXPECT_TRUE(collected) << collected.error().message;
}

bool MatrixTest::soon(const std::function<bool()>& condition) {
  return eventually(
      kPatience,
      [&] {
        collect();
        return HasFailure() || condition();
      },
      std::chrono::milliseconds{50});
}

bool MatrixTest::soon_and_still(const std::function<bool()>& condition) {
  return agree_twice(
      [&] {
        collect();
        return HasFailure() || condition();
      },
      kPatience);
}

std::uint64_t MatrixTest::exits(const ledger::Account& account) {
  return std::accumulate(account.exits.begin(), account.exits.end(), std::uint64_t{0});
}

void MatrixTest::run(Load load, std::optional<std::uint64_t> processes) {
  collect();
  const ledger::Account before = account();
  const std::uint64_t usage_before = load.cgroup().usage_ns();
  load.go();
  ASSERT_TRUE(soon([&] { return has_ended(load.launcher()); })) << "the load did not end";
  auto ended = load.wait(kPatience);
  ASSERT_TRUE(ended) << ended.error().message;
  if (!processes) processes = ended->ok + ended->error + ended->signal + std::strtoull(ended->out.c_str(), nullptr, 10);
  run_.truth_ns = load.cgroup().usage_ns() - usage_before;
  static_cast<void>(soon_and_still([&] { return exits(account()) - exits(before) >= *processes + 1; }));
  run_.shown_ns = used(account()) - used(before);
  run_.exits = exits(account()) - exits(before);
  run_.load = std::move(*ended);
  expect_exact(run_, *processes + 1);
}

void MatrixTest::run(std::vector<std::string> argv, std::uint64_t count, std::uint64_t parallel, std::optional<std::uint64_t> processes) {
  auto load = Load::prepare(names_, count, parallel, std::move(argv));
  ASSERT_TRUE(load) << load.error().message;
  run(std::move(*load), processes);
}

void MatrixTest::expect_near(std::uint64_t shown_ns, std::uint64_t truth_ns) const {
  const std::uint64_t error = shown_ns > truth_ns ? shown_ns - truth_ns : truth_ns - shown_ns;
  std::cout << "kernel " << truth_ns << " ns, shown " << shown_ns << " ns, error " << error << " ns, allowed " << kind_.bounds.of(truth_ns)
            << " ns\n";
  EXPECT_LE(error, kind_.bounds.of(truth_ns));
}

void MatrixTest::expect_exact(const Run& run, std::uint64_t processes) {
  EXPECT_EQ(run.exits, processes);
  EXPECT_GT(run.truth_ns, 0U);
  expect_near(run.shown_ns, run.truth_ns);
  EXPECT_EQ(pipeline_->lost(""), 0U) << pipeline_->losses();
}

}  // namespace procledger::test
