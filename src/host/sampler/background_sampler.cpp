// SPDX-License-Identifier: Apache-2.0
#include "host/sampler/background_sampler.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <ctime>
#include <exception>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>

#include "base/unique_fd.hpp"

namespace procledger::sampler {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

/// An event that another thread can wait for.
class Bell {
 public:
  [[nodiscard]] bool works() const { return static_cast<bool>(fd_); }

  void ring() const {
    const std::uint64_t one = 1;
    std::ignore = ::write(fd_.get(), &one, sizeof(one));  // fails only when the counter is full, and a full counter rings, too
  }
  void silence() const {
    std::uint64_t count = 0;
    std::ignore = ::read(fd_.get(), &count, sizeof(count));
  }
  /// Returns when one of the two bells rings, or after `at_most`; absent: no time limit.
  static void wait(const Bell& one, const Bell& other, std::optional<nanoseconds> at_most) {
    std::array<pollfd, 2> fds{pollfd{one.fd_.get(), POLLIN, 0}, pollfd{other.fd_.get(), POLLIN, 0}};
    constexpr std::int64_t kLongest = 60'000;
    int timeout_ms = -1;
    if (at_most) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*at_most).count();
      timeout_ms = static_cast<int>(std::clamp<std::int64_t>(left, 0, kLongest));
    }
    std::ignore = ::poll(fds.data(), fds.size(), timeout_ms);
  }

 private:
  UniqueFd fd_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
};

nanoseconds thread_cpu_time() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);  // cannot fail
  return std::chrono::seconds{used.tv_sec} + nanoseconds{used.tv_nsec};
}

}  // namespace

/// The state that both threads share, and the work of the background thread.
class BackgroundSampler::Worker {
 public:
  explicit Worker(Options options) : options_{std::move(options)} {}

  [[nodiscard]] bool works() const { return stop_.works() && news_.works() && published_.works() && ended_.works(); }

  void stop() {
    stopping_ = true;
    stop_.ring();
  }
  /// Returns false if the thread still runs after `at_most`.
  [[nodiscard]] bool wait_for_end(nanoseconds at_most) const {
    const auto until = Clock::now() + at_most;
    for (auto now = Clock::now(); !has_ended_ && now < until; now = Clock::now()) Bell::wait(ended_, ended_, until - now);
    return has_ended_;
  }

  void put(std::unique_ptr<std::vector<Target>> targets) {
    inbox_.put(std::move(targets));
    news_.ring();
  }
  [[nodiscard]] std::unique_ptr<const Pass> take() { return outbox_.take(); }
  void wait_for_pass() const {
    Bell::wait(published_, ended_, std::nullopt);
    published_.silence();
  }

  void run() {
    ::pthread_setname_np(::pthread_self(), "slow lane");
    // Not SCHED_IDLE: a starved thread that holds the memory lock of a process in the kernel would block that process.
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kLowestPriority);
    while (!stopping_) {
      try {
        step();
      } catch (const std::exception&) {
        next_ = Clock::now() + options_.interval;  // out of memory: this pass is lost, and the last one stays
      }
    }
    has_ended_ = true;
    ended_.ring();
  }

 private:
  static constexpr int kLowestPriority = 19;

  void step() {
    take_news();
    const bool watched = targets_ && Clock::now() - reported_ < options_.patience;
    if (!watched) {
      Bell::wait(stop_, news_, std::nullopt);
    } else if (Clock::now() < next_) {
      Bell::wait(stop_, news_, next_ - Clock::now());
    } else {
      pass();
    }
  }

  void take_news() {
    news_.silence();
    if (auto targets = inbox_.take()) {
      targets_ = std::move(targets);
      reported_ = Clock::now();
    }
  }

  void pass() {
    const auto began = Clock::now();
    next_ = began + options_.interval;
    auto pass = std::make_unique<Pass>();
    pass->began = std::chrono::system_clock::now();
    Pacer pacer{options_.cpu_share, thread_cpu_time, [this](nanoseconds rest) { Bell::wait(stop_, stop_, rest); }};
    const procfs::GoOn go_on = [this, &pacer] {
      if (!stopping_) pacer.pace();
      return !stopping_;
    };
    const auto samples = take_samples(options_.procfs, *targets_, go_on);
    if (!samples) return;
    pass->processes = targets_->size();
    pass->skipped = samples->skipped;
    take_news();  // processes that changed groups or exited during the pass
    pass->groups = sum_by_group(samples->samples, *targets_);
    pass->took = Clock::now() - began;
    outbox_.put(std::move(pass));
    published_.ring();
  }

  const Options options_;
  Mailbox<std::vector<Target>> inbox_;
  Mailbox<const Pass> outbox_;
  Bell stop_;
  Bell news_;
  Bell published_;
  Bell ended_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> has_ended_{false};

  // Used only by the background thread.
  std::unique_ptr<std::vector<Target>> targets_;
  Clock::time_point reported_;
  Clock::time_point next_{Clock::now()};
};

Result<std::unique_ptr<BackgroundSampler>> BackgroundSampler::start(Options options) try {
  auto worker = std::make_shared<Worker>(std::move(options));
  if (!worker->works()) {
    return fail(ErrorKind::kIo, "starting the background sampler: out of file descriptors; raise LimitNOFILE or ulimit -n");
  }
  auto lane = std::make_unique<BackgroundSampler>(worker);
  lane->thread_ = std::thread{[worker] { worker->run(); }};
  return lane;
} catch (const std::system_error& error) {
  return tl::unexpected{system_error("starting the background sampler", error.code().value())};
}

BackgroundSampler::~BackgroundSampler() {
  constexpr std::chrono::milliseconds kPatience{80};
  if (!thread_.joinable()) return;
  worker_->stop();
  if (worker_->wait_for_end(kPatience)) {
    thread_.join();
  } else {
    thread_.detach();  // the thread shares the ownership of all that it uses
  }
}

void BackgroundSampler::update(std::vector<Target> targets) { worker_->put(std::make_unique<std::vector<Target>>(std::move(targets))); }

BackgroundSampler::PassPtr BackgroundSampler::latest() {
  if (auto fresh = worker_->take()) latest_ = std::move(fresh);
  return latest_;
}

BackgroundSampler::PassPtr BackgroundSampler::wait() {
  while (latest() == nullptr) worker_->wait_for_pass();
  return latest_;
}

}  // namespace procledger::sampler
