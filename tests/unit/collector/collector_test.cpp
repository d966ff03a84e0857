// SPDX-License-Identifier: Apache-2.0
#include "collector/collector.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <thread>

#include "support/clocks.hpp"
#include "unit/collector/house.hpp"
#include "unit/collector/log_lines.hpp"

namespace procledger::collector {
namespace {

using namespace std::chrono_literals;
using metrics::SnapshotPtr;

class CollectorThread : public testing::Test {
 protected:
  Collector& start(Options options = {}) {
    collector_.emplace(house_.parts(), std::move(options), house_.rules, log_);
    const auto started = collector_->start();
    EXPECT_TRUE(started) << started.error().message;
    return *collector_;
  }

  static std::future<SnapshotPtr> ask(Collector& collector) {
    auto promise = std::make_shared<std::promise<SnapshotPtr>>();
    auto answer = promise->get_future();
    collector.request([promise](SnapshotPtr snapshot) { promise->set_value(std::move(snapshot)); });
    return answer;
  }

  static Options fast() { return {.pipeline = {}, .tick = 1ms, .patience = 5ms}; }

  LogLines lines_;
  House house_;
  FakeSource& source_{house_.source};
  log::Logger log_{log::Level::kInfo, log::Format::kLogfmt, [this](std::string_view line) { lines_.add(line); }};
  std::optional<Collector> collector_;
};

TEST_F(CollectorThread, CollectsAtStartAndBecomesReady) {
  source_.hold();
  Collector& collector = start();
  source_.wait_for_begun(1);
  EXPECT_NE(collector.not_ready(), "");
  source_.release();
  EXPECT_NE(ask(collector).get(), nullptr);
  EXPECT_EQ(collector.not_ready(), "");
}

TEST_F(CollectorThread, ItsTurnsAreSeenUnlessSomethingHoldsIt) {
  source_.hold();
  Collector& collector = start(fast());
  source_.wait_for_begun(1);
  const auto held = collector.last_turn();
  EXPECT_GT(held.time_since_epoch().count(), 0);
  std::this_thread::sleep_for(10ms);  // ten ticks
  EXPECT_EQ(collector.last_turn(), held);
  source_.release();
  EXPECT_TRUE(test::eventually(test::kHangDeadline, [&] { return collector.last_turn() > held + 5ms; }));
}

TEST_F(CollectorThread, EachRequestGetsACollectionOfItsOwnTime) {
  Collector& collector = start();
  const auto first = ask(collector).get();
  const auto second = ask(collector).get();
  EXPECT_NE(first, second);
}

TEST_F(CollectorThread, RequestsThatWaitTogetherShareOne) {
  source_.hold();
  Collector& collector = start();
  source_.wait_for_begun(1);
  std::vector<std::future<SnapshotPtr>> answers;
  for (int i = 0; i < 5; ++i) answers.push_back(ask(collector));
  source_.release();
  const SnapshotPtr shared = answers.front().get();
  ASSERT_NE(shared, nullptr);
  for (std::size_t i = 1; i < answers.size(); ++i) EXPECT_EQ(answers[i].get(), shared);
  EXPECT_EQ(source_.begun(), 2) << "the collection at start, and one for all requests during it";
}

TEST_F(CollectorThread, ManyThreadsAreAllAnswered) {
  Collector& collector = start();
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      for (int k = 0; k < 50; ++k) answered += ask(collector).get() != nullptr ? 1 : 0;
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(answered, 200);
  EXPECT_LE(source_.begun(), 201);
}

TEST_F(CollectorThread, RequestsInsideAnAnswerAreServed) {
  Collector& collector = start();
  std::promise<SnapshotPtr> inner;
  collector.request([&](const SnapshotPtr&) { collector.request([&](SnapshotPtr snapshot) { inner.set_value(std::move(snapshot)); }); });
  EXPECT_NE(inner.get_future().get(), nullptr);
}

TEST_F(CollectorThread, CadenceServesTheLatestAtOnce) {
  house_.rules.interval = 1h;
  Collector& collector = start();
  const auto first = ask(collector).get();
  ASSERT_NE(first, nullptr);
  const int begun = source_.begun();
  EXPECT_EQ(ask(collector).get(), ask(collector).get());
  EXPECT_EQ(source_.begun(), begun);
}

TEST_F(CollectorThread, CadenceCollectsUnasked) {
  house_.rules.interval = 1ms;
  start();
  source_.wait_for_begun(5);
  SUCCEED() << "a defect would hang the test";
}

TEST_F(CollectorThread, SnapshotOfACadenceBeforeAdoptedRulesIsServedNoMore) {
  house_.rules.interval = 1h;
  Collector& collector = start();
  const auto before = ask(collector).get();
  const int begun = source_.begun();
  source_.hold();
  collector.adopt(house_.rules);
  auto answer = ask(collector);
  source_.wait_for_begun(begun + 1);  // with the new rules
  auto another = ask(collector);
  source_.release();
  const auto after = answer.get();
  EXPECT_NE(after, nullptr);
  EXPECT_NE(after, before);
  EXPECT_NE(another.get(), before);
}

// A request before the end of a reload gets a snapshot with the threads that the new rules select.
TEST_F(CollectorThread, FirstSnapshotAfterAReloadHasTheThreadsOfTheNewRules) {
  event::Observation task;
  task.task = {.handle = 1, .start_boottime_ns = 1};
  task.process = {.handle = 2, .tgid = 7};
  task.tid = 7;
  task.leader = true;
  task.live_threads = 1;
  task.comm = event::Comm{"act"};
  source_.tasks = {task};
  Collector& collector = start();
  ASSERT_NE(ask(collector).get(), nullptr);
  config::Config config;
  config.book.thread_filter = {.comm = {"act"}, .pid = {}};
  const int begun = source_.begun();
  source_.hold();
  auto before = ask(collector);
  source_.wait_for_begun(begun + 1);
  collector.adopt(compile_rules(config).value());
  auto answer = ask(collector);
  source_.release();
  const auto snapshot = answer.get();
  ASSERT_NE(snapshot, nullptr);
  const bool has_thread = std::ranges::any_of(snapshot->groups, [](const auto& group) { return !group.threads.empty(); });
  EXPECT_TRUE(has_thread);
}

// Other requests come all the time, so that a collection may start at any moment.
TEST_F(CollectorThread, WhoAsksAfterAReloadIsAnsweredByIt) {
  Collector& collector = start();
  Rules rules = house_.rules;
  std::atomic<bool> enough{false};
  std::thread others{[&] {
    while (!enough) collector.request([](const SnapshotPtr&) {});
  }};
  for (int i = 0; i < 500; ++i) {
    rules.lifetime_histogram = !rules.lifetime_histogram;
    collector.adopt(rules);
    const auto adopted = ask(collector).get();
    EXPECT_TRUE(adopted && adopted->lifetime_histogram == rules.lifetime_histogram) << i;
  }
  enough = true;
  others.join();
}

TEST_F(CollectorThread, CollectsNowAndThenThoughNobodyAsks) {
  Options options = fast();
  options.longest_pause = 1ms;
  start(options);
  source_.wait_for_begun(3);
}

TEST_F(CollectorThread, FailureAnswersWithNothingAndIsLoggedOnce) {
  source_.fails = true;
  Collector& collector = start();
  EXPECT_EQ(ask(collector).get(), nullptr);
  EXPECT_EQ(ask(collector).get(), nullptr);
  EXPECT_EQ(collector.not_ready(), "the last collection failed: the kernel said no");
  EXPECT_EQ(lines_.count("event=collection_failed"), 1);
  source_.fails = false;
  EXPECT_NE(ask(collector).get(), nullptr);
  EXPECT_EQ(collector.not_ready(), "");
}

TEST_F(CollectorThread, ExceptionDoesNotLeaveTheThread) {
  source_.throws = true;
  Collector& collector = start();
  EXPECT_EQ(ask(collector).get(), nullptr);
  EXPECT_EQ(collector.not_ready(), "the last collection failed: internal error: a defect");
  source_.throws = false;
  EXPECT_NE(ask(collector).get(), nullptr);
}

TEST_F(CollectorThread, ExceptionOfOneClientHarmsNoOther) {
  source_.hold();
  Collector& collector = start();
  source_.wait_for_begun(1);
  collector.request([](const SnapshotPtr&) { throw std::runtime_error{"bad client"}; });
  auto other = ask(collector);
  source_.release();
  EXPECT_NE(other.get(), nullptr);
}

TEST_F(CollectorThread, WaitingRecordsAreDrainedUnasked) {
  start();
  source_.announce_records();
  source_.drains.wait(0);
  EXPECT_GE(source_.drains, 1);
}

TEST_F(CollectorThread, SourceWithoutWakeupWorks) {
  source_.has_wakeup = false;
  Collector& collector = start(fast());
  source_.announce_records();
  EXPECT_NE(ask(collector).get(), nullptr);
  EXPECT_EQ(source_.drains, 0);
}

TEST_F(CollectorThread, RecordsThatCannotBeReadDoNotSpin) {
  source_.drain_fails = true;
  Collector& collector = start();  // the next tick is a second away
  source_.announce_records();
  ASSERT_TRUE(lines_.wait_for("event=drain_failed"));
  for (int i = 0; i < 20; ++i) ask(collector).get();  // the thread runs its loop at least as many times
  EXPECT_LE(source_.drains, 2);
}

TEST_F(CollectorThread, SilentHooksAreNoticedAndSoIsTheirReturn) {
  Collector& collector = start(fast());
  source_.beating = false;
  ASSERT_TRUE(lines_.wait_for("event=source_lost"));
  EXPECT_EQ(collector.not_ready(), "the kernel hooks are gone");
  const auto lost = ask(collector).get();
  ASSERT_NE(lost, nullptr) << "running processes are still seen";
  EXPECT_FALSE(lost->sources[0].active);
  EXPECT_EQ(lines_.count("event=source_lost"), 1);

  source_.beating = true;
  ASSERT_TRUE(lines_.wait_for("event=source_recovered"));
  const auto again = ask(collector).get();
  ASSERT_NE(again, nullptr);
  EXPECT_TRUE(again->sources[0].active);
  EXPECT_EQ(collector.not_ready(), "");
}

TEST_F(CollectorThread, StopAnswersWhoWaitsAndWhoComesLate) {
  source_.hold();
  Collector& collector = start();
  source_.wait_for_begun(1);
  auto waiting = ask(collector);
  std::thread stopper{[&] { collector.stop(); }};
  // An answer during a collection means that the shutdown has started.
  while (ask(collector).wait_for(0s) != std::future_status::ready) std::this_thread::yield();
  source_.release();
  stopper.join();
  EXPECT_EQ(waiting.get(), nullptr);
  EXPECT_EQ(ask(collector).get(), nullptr);
  EXPECT_EQ(source_.begun(), 1);
}

TEST_F(CollectorThread, StopDoesNotWaitForTheNextTick) {
  Options options;
  options.tick = 1h;
  Collector& collector = start(options);
  ask(collector).get();
  const auto began = std::chrono::steady_clock::now();
  collector.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, options.tick / 2);
}

TEST_F(CollectorThread, NeverStartedStillAnswers) {
  collector_.emplace(house_.parts(), Options{}, house_.rules, log_);
  auto answer = ask(*collector_);
  collector_->stop();
  EXPECT_EQ(answer.get(), nullptr);
}

}  // namespace
}  // namespace procledger::collector
