// SPDX-License-Identifier: Apache-2.0
#include "commands/run/timeout.hpp"

#include <csignal>

#include "base/clock.hpp"
#include "host/spawn/children.hpp"

namespace procledger::commands {
namespace {

constexpr const char* kProcfs = "/proc";
constexpr std::chrono::milliseconds kSecondScan{20};
constexpr std::chrono::milliseconds kBetweenKills{10};

}  // namespace

void RunTimeout::start(Clock::time_point now) {
  if (timeout_) due_ = now + *timeout_;
}

// CONT follows each signal, since a stopped process takes TERM only after it continues. The PID of the root stays valid until it is reaped.
void RunTimeout::signal_all(RunWatch& watch, std::optional<pid_t> root, int signal, bool again) {
  watch.scan();
  if (root && (again || reported_until_ns_ == 0)) {
    ::kill(*root, signal);
    ::kill(*root, SIGCONT);
  }
  for (const proctree::Living& each : watch.tree().living()) {
    const bool forked_meanwhile = reported_until_ns_ == 0 || each.start_boottime_ns <= reported_until_ns_;
    const bool fresh = reported_.emplace(each.tgid, each.start_boottime_ns).second;
    if (each.root || !(again || (fresh && forked_meanwhile))) continue;
    spawn::send_signal(kProcfs, each.tgid, each.start_boottime_ns, signal);
    spawn::send_signal(kProcfs, each.tgid, each.start_boottime_ns, SIGCONT);
  }
}

// Processes that start after TERM, for example to clean up, get no TERM. KILL reaches them, too.
void RunTimeout::act(Clock::time_point now, RunWatch& watch, std::optional<pid_t> root) {
  switch (stage_) {
    case Stage::kRunning:
      signal_all(watch, root, SIGTERM, false);
      reported_until_ns_ = static_cast<std::uint64_t>(read_clock_ns(CLOCK_BOOTTIME));
      kill_at_ = now + kill_after_.value_or(std::chrono::milliseconds{0});
      stage_ = Stage::kTerminating;
      due_ = now + kSecondScan;
      return;
    case Stage::kTerminating:
      signal_all(watch, root, SIGTERM, false);
      stage_ = Stage::kTerminated;
      due_ = kill_after_ ? std::optional{kill_at_} : std::nullopt;
      return;
    case Stage::kTerminated:
    case Stage::kKilling:
      signal_all(watch, root, SIGKILL, true);
      stage_ = Stage::kKilling;
      due_ = now + kBetweenKills;
      return;
  }
}

}  // namespace procledger::commands
