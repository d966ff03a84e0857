// SPDX-License-Identifier: Apache-2.0
#include "collector/collector.hpp"

#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <system_error>
#include <tuple>
#include <utility>

namespace procledger::collector {

Collector::Collector(Dependencies parts, Options options, const Rules& rules, log::Logger& log, event::SourceFactory* supply)
    : options_{std::move(options)},
      log_{log},
      factory_{supply},
      pipeline_{parts, options_.pipeline, rules},
      heartbeat_{options_.patience, pipeline_.source().heartbeat(), Clock::now()},
      wakeup_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
      interval_{rules.interval} {
  shared_.cadence = interval_.count() > 0;
}

Result<void> Collector::start() try {
  if (!wakeup_) return fail(ErrorKind::kIo, "starting the collecting thread: out of file descriptors; raise LimitNOFILE or ulimit -n");
  thread_ = std::thread{[this] { run(); }};
  return {};
} catch (const std::system_error& error) {
  return tl::unexpected{system_error("starting the collecting thread", error.code().value())};
}

void Collector::stop() {
  {
    const std::lock_guard lock{mutex_};
    shared_.stopping = true;
  }
  wake();
  if (thread_.joinable()) thread_.join();
  std::vector<Done> waiting;
  {
    const std::lock_guard lock{mutex_};
    waiting.swap(shared_.waiting);
  }
  serve(waiting, nullptr);
}

void Collector::request(Done done) {
  metrics::SnapshotPtr at_once;
  {
    const std::lock_guard lock{mutex_};
    if (!shared_.stopping && !(shared_.cadence && shared_.collected && !shared_.outdated)) {
      shared_.waiting.push_back(std::move(done));
      wake();
      return;
    }
    if (!shared_.stopping) at_once = shared_.latest;
  }
  done(std::move(at_once));
}

void Collector::adopt(Rules rules) {
  {
    const std::lock_guard lock{mutex_};
    shared_.adopted = std::move(rules);
    shared_.outdated = true;
  }
  wake();
}

std::string Collector::not_ready() const {
  const std::lock_guard lock{mutex_};
  if (shared_.hooks_gone) return "the kernel hooks are gone";
  return shared_.problem;
}

void Collector::run() {
  ::pthread_setname_np(::pthread_self(), "collector");
  next_tick_ = Clock::now() + options_.tick;
  next_collection_ = Clock::now() + interval_;
  for (bool first = true; !stopping(); first = false) {
    last_turn_ = Clock::now().time_since_epoch().count();
    try {
      if (first) collect_for_new_groups();
      step();
    } catch (const std::exception& error) {
      log_.log_limited(log::Level::kError, "internal_error", {{"error", error.what()}});
    }
  }
}

void Collector::step() {
  wait();
  const Clock::time_point now = Clock::now();
  if (now >= next_tick_) tick(now);
  follow_rules();
  if (asked_for() || on_cadence(now) || overdue(now)) collect();
}

// A scan that ends with new groups keeps the samples of all threads until then: 1.3 MiB for 5,000 threads, which glibc would keep for good.
void Collector::collect_for_new_groups() {
  collect();
  ::malloc_trim(0);
}

// Reclassifies every process at once and not at the next scrape, so that all later usage belongs to the groups of the new rules.
void Collector::follow_rules() {
  std::optional<Rules> adopted;
  {
    const std::lock_guard lock{mutex_};
    adopted = std::exchange(shared_.adopted, std::nullopt);
    if (adopted && adopted->interval.count() == 0) shared_.cadence = false;
  }
  if (!adopted) return;
  interval_ = adopted->interval;
  next_collection_ = Clock::now() + interval_;
  pipeline_.adopt(std::move(*adopted));
  take_better_source();
  collect_for_new_groups();
  const std::lock_guard lock{mutex_};
  shared_.cadence = interval_.count() > 0;  // a snapshot exists now
}

bool Collector::asked_for() const {
  const std::lock_guard lock{mutex_};
  return !shared_.stopping && !shared_.waiting.empty();
}

bool Collector::on_cadence(Clock::time_point now) {
  if (interval_.count() == 0 || now < next_collection_) return false;
  next_collection_ += interval_;
  if (next_collection_ <= now) next_collection_ = now + interval_;  // missed collections are skipped
  return true;
}

// Sleeps until a request, a full source or the next due time, and drains the source.
void Collector::wait() {
  Clock::time_point until = next_tick_;
  if (interval_.count() > 0) until = std::min(until, next_collection_);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  const int timeout_ms = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));

  std::array<pollfd, 2> fds{pollfd{wakeup_.get(), POLLIN, 0}, pollfd{mute_source_ ? -1 : pipeline_.source().wakeup_fd(), POLLIN, 0}};
  if (::poll(fds.data(), fds.size(), timeout_ms) <= 0) return;
  if (fds[0].revents != 0) {
    std::uint64_t count = 0;
    std::ignore = ::read(wakeup_.get(), &count, sizeof(count));
  }
  if (fds[1].revents != 0) drain();
}

void Collector::tick(Clock::time_point now) {
  next_tick_ = now + options_.tick;
  mute_source_ = false;
  const Heartbeat::Change change = heartbeat_.observe(pipeline_.source().heartbeat(), now);
  if (change == Heartbeat::Change::kNone) return;
  if (change == Heartbeat::Change::kLost && fall_back("hooks_gone", "the kernel hooks are gone")) return;
  pipeline_.set_source_alive(heartbeat_.alive());
  {
    const std::lock_guard lock{mutex_};
    shared_.hooks_gone = !heartbeat_.alive();
  }
  if (change == Heartbeat::Change::kLost) {
    log_.error("source_lost",
               {{"source", pipeline_.source().name()},
                {"error", "the kernel hooks are gone: tasks that exit from now on are not seen; restart procledger to attach them again"}});
  } else {
    log_.warn("source_recovered", {{"source", pipeline_.source().name()}});
  }
}

void Collector::drain() {
  const auto done = pipeline_.drain();
  if (done || fall_back("failed", done.error().message)) return;
  mute_source_ = true;
  log_.log_limited(log::Level::kError, "drain_failed", {{"source", pipeline_.source().name()}, {"error", done.error().message}});
}

// Returns true if another source took over.
bool Collector::fall_back(std::string_view reason, std::string_view trouble) {
  if (factory_ == nullptr) return false;
  auto next = factory_->next_fallback(pipeline_.source().name());
  if (!next) {
    log_.log_limited(log::Level::kError, "no_other_source", {{"source", pipeline_.source().name()}, {"error", next.error().message}});
    return false;
  }
  change_source(std::move(*next), reason, trouble);
  return true;
}

// The reason why a better source did not work before may be fixed by now.
void Collector::take_better_source() {
  if (factory_ == nullptr) return;
  auto next = factory_->better_than(pipeline_.source().name());
  if (next) return change_source(std::move(*next), "recovered", "a better source works again");
  if (!next.error().message.empty()) log_.info("source_kept", {{"source", pipeline_.source().name()}, {"reason", next.error().message}});
}

void Collector::change_source(event::CreatedSource next, std::string_view reason, std::string_view trouble) {
  const std::string before{pipeline_.source().name()};
  next.reason = reason;
  pipeline_.replace_source(std::move(next));
  mute_source_ = false;
  heartbeat_ = Heartbeat{options_.patience, pipeline_.source().heartbeat(), Clock::now()};
  log_.warn("source_changed", {{"source", pipeline_.source().name()}, {"before", before}, {"reason", reason}, {"error", trouble}});
  const std::lock_guard lock{mutex_};
  shared_.hooks_gone = false;
}

// Requests made after an adoption wait for the next turn, which applies the new rules: this collection may have been due before.
void Collector::collect() {
  std::vector<Done> waiting;
  {
    const std::lock_guard lock{mutex_};
    if (!shared_.adopted) waiting.swap(shared_.waiting);
  }
  collected_ = Clock::now();
  auto result = try_collect();
  if (!result && fall_back("failed", result.error().message)) result = try_collect();
  publish(result);
  serve(waiting, result.value_or(nullptr));
}

Result<metrics::SnapshotPtr> Collector::try_collect() try { return pipeline_.collect(); } catch (const std::exception& error) {
  return fail(ErrorKind::kIo, std::string{"internal error: "} + error.what());
}

void Collector::publish(const Result<metrics::SnapshotPtr>& result) {
  {
    const std::lock_guard lock{mutex_};
    shared_.collected = true;
    shared_.problem = result ? "" : "the last collection failed: " + result.error().message;
    if (interval_.count() > 0) shared_.latest = result.value_or(nullptr);
    if (!shared_.adopted) shared_.outdated = false;
  }
  if (result) return;
  log_.log_limited(log::Level::kError, "collection_failed", {{"source", pipeline_.source().name()}, {"error", result.error().message}});
}

void Collector::serve(const std::vector<Done>& waiting, const metrics::SnapshotPtr& snapshot) {
  for (const Done& done : waiting) {
    try {
      done(snapshot);
    } catch (const std::exception& error) {
      log_.log_limited(log::Level::kError, "internal_error", {{"error", error.what()}});
    }
  }
}

void Collector::wake() const {
  const std::uint64_t one = 1;
  std::ignore = ::write(wakeup_.get(), &one, sizeof(one));  // fails only when the counter is full, and a full counter wakes the thread, too
}

bool Collector::stopping() const {
  const std::lock_guard lock{mutex_};
  return shared_.stopping;
}

}  // namespace procledger::collector
