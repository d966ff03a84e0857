// SPDX-License-Identifier: Apache-2.0
#include "commands/run/supervisor.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <tuple>
#include <utility>

#include "base/clock.hpp"
#include "commands/run/output.hpp"
#include "commands/run/reports.hpp"
#include "commands/run/text_report.hpp"

namespace procledger::commands {
namespace {

using std::chrono::milliseconds;

// Memory is scanned often at first, since most commands are short. Scans take at most 1 % of a CPU.
constexpr milliseconds kFirstScan{5};
constexpr milliseconds kLeastOften{100};
constexpr int kShareOfCpu = 100;
constexpr milliseconds kBetweenDrains{5};  // after the root exits, when only records report the exits of its descendants
constexpr milliseconds kRoomForALine{50};  // signals and the timeout wait meanwhile; after that the line is dropped
constexpr std::size_t kMaxLiveSamples = 100'000;
constexpr std::uint64_t kTickNs = 10'000'000;  // USER_HZ is 100: two of the sources have start times in ticks

std::uint64_t now_ns() { return static_cast<std::uint64_t>(read_clock_ns(CLOCK_BOOTTIME)); }

}  // namespace

RunSupervisor::RunSupervisor(const RunOptions& options, event::Source& source, spawn::Launcher& launcher,
                             const spawn::CommandSignals& signals, int live)
    : options_{options},
      launcher_{launcher},
      signals_{signals},
      live_{live},
      watch_{source, options.tree},
      is_subreaper_{!source.kernel().lives},
      timeout_{options},
      between_samples_{options.sample.value_or(milliseconds{0})} {}

Result<RunOutcome> RunSupervisor::run() {
  if (is_subreaper_) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    strangers_ = spawn::Strangers::present();
    watch_.tree().reparent_children_of(static_cast<std::uint32_t>(::getpid()),
                                       [this](std::uint32_t tgid) { return strangers_.contains(static_cast<pid_t>(tgid)); });
  }
  // A signal from the terminal while programs were loaded, or between two runs, reached no command, so it ends the run here. From here to
  // the fork, the helper gets signals of the terminal, too, and passes them on.
  if (const auto signal = signals_.pending_end()) return RunOutcome{.run = {}, .stopped_by = signal, .interrupted = true};
  const auto launched = launcher_.launch();
  if (!launched) return tl::unexpected{launched.error()};
  if (launched->exec_errno != 0) {
    spawn::reap(launched->pid, reaped_);
    return RunOutcome{.run = {}, .exec_errno = launched->exec_errno, .stopped_by = {}};
  }
  follow(*launched);
  while (!over()) step();
  watch_.settle();
  reap_orphans();  // a descendant may have exited since the last scan
  return RunOutcome{.run = describe(), .stopped_by = {}, .interrupted = interrupted_};
}

void RunSupervisor::follow(const spawn::Launched& launched) {
  root_ = launched.pid;
  began_ns_ = launched.began_ns;
  root_end_ = spawn::open_process(root_);
  watch_.tree().follow({.tgid = static_cast<std::uint32_t>(root_),
                        .started_after_ns = began_ns_ - kTickNs,
                        .name = spawn::program_name(options_.command.front())});
  const auto now = Clock::now();
  timeout_.start(now);
  between_scans_ = kFirstScan;
  next_scan_ = now + between_scans_;
  if (options_.sample) next_sample_ = now + between_samples_;
}

// The records say whether a process of the tree is left. A scan confirms this, in case an exit record was lost.
bool RunSupervisor::over() {
  if (!ended_) return false;
  const bool wait = (options_.wait_all || timeout_.will_kill()) && !impatient_;
  if (!wait) return true;
  if (watch_.source().kernel().lives) watch_.drain();
  if (watch_.tree().anybody_lives()) return false;
  watch_.scan();
  return !watch_.tree().anybody_lives();
}

int RunSupervisor::patience_ms(Clock::time_point now) const {
  Clock::time_point until = std::min(next_scan_, next_sample_);
  if (const auto due = timeout_.due()) until = std::min(until, *due);
  if (ended_ || !root_end_) until = std::min<Clock::time_point>(until, now + kBetweenDrains);
  const auto left = std::chrono::ceil<milliseconds>(until - now).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

void RunSupervisor::step() {
  std::array<pollfd, 3> fds{pollfd{ended_ ? -1 : root_end_.get(), POLLIN, 0}, pollfd{signals_.fd(), POLLIN, 0},
                            pollfd{watch_.source().wakeup_fd(), POLLIN, 0}};
  ::poll(fds.data(), fds.size(), patience_ms(Clock::now()));
  if (fds[1].revents != 0) take_signals();
  if (!ended_) note_end();
  if (fds[2].revents != 0) watch_.drain();
  const auto now = Clock::now();
  if (const auto due = timeout_.due(); due && now >= *due && !over()) {
    timeout_.act(now, watch_, ended_ ? std::nullopt : std::optional{root_});
  }
  if (now >= next_sample_) {
    sample(now);
  } else if (now >= next_scan_) {
    scan(now);
  }
}

// The command gets signals of the terminal directly, and all others from here. After the command exits, a terminating signal stops the wait
// for its descendants.
void RunSupervisor::take_signals() {
  while (const auto received = signals_.next()) {
    const bool ends = spawn::asks_for_end(received->signal);
    interrupted_ |= ends;
    impatient_ |= ends && ended_;
    if (!ended_ && !received->from_terminal) ::kill(root_, received->signal);
  }
}

// A zombie still has all its values, so it is scanned before it is reaped.
void RunSupervisor::note_end() {
  const auto status = spawn::ended(root_);
  if (!status) return;
  ended_ns_ = now_ns();
  ended_ = true;
  status_ = *status;
  watch_.scan();
  spawn::reap(root_, reaped_);
  reap_orphans();
}

void RunSupervisor::scan(Clock::time_point now) {
  watch_.scan();
  reap_orphans();
  between_scans_ = std::min<Clock::duration>(between_scans_ * 2, kLeastOften);
  next_scan_ = now + std::max<Clock::duration>(between_scans_, watch_.cost() * kShareOfCpu);
}

void RunSupervisor::sample(Clock::time_point now) {
  scan(now);
  proctree::LiveSample values = watch_.tree().live_sample();
  values.time_ns = now_ns() - began_ns_;
  if (live_ >= 0) {
    write_all(live_, run::live_line(values, last_sample_ ? &*last_sample_ : nullptr), kRoomForALine);
  } else if (samples_.size() < kMaxLiveSamples) {
    samples_.push_back(values);
  }
  last_sample_ = values;
  next_sample_ += between_samples_;
  if (next_sample_ <= now) next_sample_ = now + between_samples_;
}

void RunSupervisor::reap_orphans() {
  if (is_subreaper_) spawn::reap_others(ended_ ? -1 : root_, launcher_.helper(), strangers_, reaped_);
}

proctree::Run RunSupervisor::describe() {
  proctree::Run run;
  run.values = watch_.tree().values();
  run.status = status_;
  const std::uint64_t reported_ns = watch_.tree().root_end_ns().value_or(0);
  std::uint64_t end_ns = reported_ns > began_ns_ ? std::min(reported_ns, ended_ns_) : ended_ns_;
  if (options_.wait_all) end_ns = std::max(end_ns, watch_.tree().last_end_ns().value_or(0));
  run.wall_ns = end_ns - began_ns_;
  run.timed_out = timeout_.timed_out();
  run.killed = timeout_.killed();
  run.samples = std::move(samples_);
  watch_.describe(run);
  if (run.kernel.estimates) proctree::complete(run.values, reaped_.total, reaped_.largest_bytes);
  return run;
}

}  // namespace procledger::commands
