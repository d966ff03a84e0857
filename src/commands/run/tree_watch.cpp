// SPDX-License-Identifier: Apache-2.0
#include "commands/run/tree_watch.hpp"

#include <algorithm>
#include <thread>

#include "base/clock.hpp"

namespace procledger::commands {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience{300};
constexpr milliseconds kPause{1};

}  // namespace

RunWatch::RunWatch(event::Source& source, bool keep_nodes)
    : source_{source}, tree_{{.attached_ns = source.attached_ns(), .keep_nodes = keep_nodes}}, heartbeat_{source.heartbeat()} {
  scan();
  if (auto report = source_.report()) before_ = std::move(*report);
}

void RunWatch::note(const Result<void>& done) {
  if (!done && trouble_.empty()) trouble_ = done.error().message;
}

void RunWatch::drain() { note(source_.drain(tree_)); }

void RunWatch::scan() {
  const std::int64_t began_ns = read_clock_ns(CLOCK_THREAD_CPUTIME_ID);
  note(source_.collect(tree_));
  cost_ = std::chrono::nanoseconds{read_clock_ns(CLOCK_THREAD_CPUTIME_ID) - began_ns};
}

void RunWatch::settle() {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  scan();
  while (source_.kernel().lives && !tree_.settled() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(kPause);
    scan();
  }
}

void RunWatch::describe(proctree::Run& run) {
  run.source = source_.name();
  run.kernel = source_.kernel();
  if (auto report = source_.report()) {
    for (const event::LossCount& loss : report->losses) {
      const auto before = std::ranges::find(before_.losses, loss.cause, &event::LossCount::cause);
      const std::uint64_t more = loss.records - (before == before_.losses.end() ? 0 : before->records);
      // Only losses that can change this report count. Lost renames, arguments, environments and cgroups cannot.
      const bool matters = loss.cause == "ring_fork" || loss.cause == "ring_exec" || loss.cause == "spill_full" ||
                           loss.cause == "taskstats_overrun" || loss.cause == "connector_overrun" || loss.cause == "connector_gap";
      if (more > 0 && matters) run.losses.push_back({.cause = loss.cause, .records = more});
    }
  } else {
    note(tl::unexpected{report.error()});
  }
  constexpr std::uint64_t kLongEnough = 1'000'000'000;
  if (run.wall_ns > kLongEnough && source_.heartbeat() == heartbeat_) note(fail(ErrorKind::kGone, "the kernel hooks are gone"));
  run.trouble = trouble_;
}

}  // namespace procledger::commands
