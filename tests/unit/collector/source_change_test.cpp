// SPDX-License-Identifier: Apache-2.0
// If a source fails, the next source takes over; a reload returns to the better source if it works.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>

#include "collector/collector.hpp"
#include "unit/collector/house.hpp"
#include "unit/collector/log_lines.hpp"

namespace procledger::collector {
namespace {

using namespace std::chrono_literals;
using metrics::SnapshotPtr;

constexpr std::uint64_t kSecond = 1'000'000'000;

/// A supply of two sources, which see one process.
class TwoSources final : public event::SourceFactory {
 public:
  Result<event::CreatedSource> next_fallback(std::string_view name) override {
    if (name != "bpf" || !has_worse) return fail(ErrorKind::kUnsupported, "nothing is worse");
    auto source = std::make_unique<FakeSource>("proc");
    source->tasks = {living(7, "web", kSecond, 50)};
    return event::CreatedSource{.source = std::move(source), .reason = "", .why = "bpf failed"};
  }
  Result<event::CreatedSource> better_than(std::string_view name) override {
    if (name != "proc" || !has_better) return fail(ErrorKind::kUnsupported, "nothing is better");
    auto source = std::make_unique<FakeSource>("bpf");
    source->tasks = {living(7, "web", kSecond, 90)};
    return event::CreatedSource{.source = std::move(source), .reason = "", .why = ""};
  }

  std::atomic<bool> has_worse{true};
  std::atomic<bool> has_better{true};
};

class SourceChange : public testing::Test {
 protected:
  void SetUp() override {
    house_.source.tasks = {living(7, "web", kSecond, 40)};
    collector_.emplace(house_.parts(), Options{.pipeline = {}, .tick = 1ms, .patience = 5ms}, house_.rules, log_, &factory_);
    const auto started = collector_->start();
    ASSERT_TRUE(started) << started.error().message;
    ASSERT_NE(collect(), nullptr);
  }
  void TearDown() override { collector_->stop(); }

  SnapshotPtr collect() {
    auto promise = std::make_shared<std::promise<SnapshotPtr>>();
    auto answer = promise->get_future();
    collector_->request([promise](SnapshotPtr snapshot) { promise->set_value(std::move(snapshot)); });
    return answer.get();
  }

  static std::string active(const SnapshotPtr& snapshot) {
    for (const auto& source : snapshot->sources) {
      if (source.active) return source.name + " " + source.reason;
    }
    return "";
  }
  static std::uint64_t cpu_ns(const SnapshotPtr& snapshot) {
    for (const auto& row : snapshot->groups) {
      if (row.name == "web") return row.account.total.cpu_ns;
    }
    return 0;
  }

  LogLines lines_;
  House house_;
  TwoSources factory_;
  log::Logger log_{log::Level::kInfo, log::Format::kLogfmt, [this](std::string_view line) { lines_.add(line); }};
  std::optional<Collector> collector_;
};

TEST_F(SourceChange, FailedCollectionIsMadeByTheNextSource) {
  house_.source.fails = true;
  const SnapshotPtr snapshot = collect();
  ASSERT_NE(snapshot, nullptr) << "the request during the failure";
  EXPECT_EQ(active(snapshot), "proc failed");
  EXPECT_EQ(cpu_ns(snapshot), 50U) << "the charged time stays";
  EXPECT_EQ(lines_.count("event=source_changed"), 1);
}

TEST_F(SourceChange, SilentHooksGiveWay) {
  house_.source.beating = false;
  ASSERT_TRUE(lines_.wait_for("event=source_changed"));
  const SnapshotPtr snapshot = collect();
  ASSERT_NE(snapshot, nullptr);
  EXPECT_EQ(active(snapshot), "proc hooks_gone");
  EXPECT_EQ(collector_->not_ready(), "");
}

TEST_F(SourceChange, RecordsThatCannotBeReadGiveWay) {
  house_.source.drain_fails = true;
  house_.source.announce_records();
  ASSERT_TRUE(lines_.wait_for("event=source_changed"));
  EXPECT_EQ(active(collect()), "proc failed");
}

TEST_F(SourceChange, WithoutAnotherSourceTheFailureStays) {
  factory_.has_worse = false;
  house_.source.fails = true;
  EXPECT_EQ(collect(), nullptr);
  EXPECT_TRUE(lines_.wait_for("event=no_other_source"));
  house_.source.fails = false;
  EXPECT_EQ(active(collect()), "bpf ");
}

TEST_F(SourceChange, ReloadTakesTheBetterOneUpAgain) {
  house_.source.fails = true;
  ASSERT_EQ(active(collect()), "proc failed");
  collector_->adopt(house_.rules);
  ASSERT_TRUE(lines_.wait_for("reason=recovered"));
  const SnapshotPtr snapshot = collect();
  EXPECT_EQ(active(snapshot), "bpf recovered");
  EXPECT_EQ(cpu_ns(snapshot), 90U);
}

TEST_F(SourceChange, ReloadKeepsTheSourceWhereNoneIsBetter) {
  factory_.has_better = false;
  house_.source.fails = true;
  ASSERT_EQ(active(collect()), "proc failed");
  collector_->adopt(house_.rules);
  ASSERT_TRUE(lines_.wait_for("event=source_kept"));
  EXPECT_EQ(active(collect()), "proc failed");
}

}  // namespace
}  // namespace procledger::collector
