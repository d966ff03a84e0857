// SPDX-License-Identifier: Apache-2.0
#include "sources/taskstats/taskstats_source.hpp"

#include <limits>
#include <utility>

#include "base/clock.hpp"
#include "host/procfs/proc_fs.hpp"
#include "sources/proc/host.hpp"
#include "sources/proc/probe.hpp"
#include "sources/proc/proc_scanner.hpp"
#include "sources/taskstats/lifecycle.hpp"
#include "sources/taskstats/netlink.hpp"

namespace procledger::taskstats {
namespace {

std::uint64_t now_ns(clockid_t clock) { return static_cast<std::uint64_t>(read_clock_ns(clock)); }

// An interruption between the readings of the two clocks would shift the times of all events of a batch, so the closest readings of three
// count.
Moment now() {
  Moment closest;
  std::uint64_t distance = std::numeric_limits<std::uint64_t>::max();
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t before_ns = now_ns(CLOCK_BOOTTIME);
    const std::uint64_t monotonic_ns = now_ns(CLOCK_MONOTONIC);
    const std::uint64_t apart_ns = now_ns(CLOCK_BOOTTIME) - before_ns;
    if (apart_ns >= distance) continue;
    distance = apart_ns;
    closest = {.boottime_ns = before_ns, .monotonic_ns = monotonic_ns};
  }
  return closest;
}

struct Parts {
  std::string procfs;
  proc::Facts facts;
  proc::CgroupIds cgroups;
  std::unique_ptr<NetlinkFeed> feed;
  std::unique_ptr<proc::CpuClock> clock;
};

/// Emits life-cycle events from netlink messages and samples from scans of /proc. Owns feed, scanner, translator and CPU clock. The
/// collector's thread calls it.
class TaskstatsSource final : public event::Source {
 public:
  TaskstatsSource(Parts parts, std::uint64_t attached_ns)
      : proc_{parts.procfs},
        kernel_{std::move(parts.facts.kernel)},
        feed_{std::move(parts.feed)},
        clock_{std::move(parts.clock)},
        attached_ns_{attached_ns},
        scanner_{{.procfs = parts.procfs, .attached_ns = attached_ns, .ends_are_reported = true},
                 proc::ProcessFiles{parts.procfs, parts.facts.readable, std::move(parts.cgroups)},
                 *clock_},
        lives_{parts.procfs, scanner_} {}

  [[nodiscard]] std::string_view name() const override { return "taskstats"; }
  [[nodiscard]] std::uint64_t attached_ns() const override { return attached_ns_; }
  [[nodiscard]] int wakeup_fd() const override { return feed_->wakeup_fd(); }
  [[nodiscard]] std::uint64_t heartbeat() override { return now_ns(CLOCK_MONOTONIC); }  // no hook that the kernel could remove
  [[nodiscard]] const event::KernelFacts& kernel() const override { return kernel_; }
  void want(Wanted wanted) override { lives_.want(wanted); }

  Result<void> drain(event::Sink& sink) override;
  Result<void> collect(event::Sink& sink) override;
  Result<event::SourceReport> report() override;

 private:
  procfs::ProcFs proc_;
  event::KernelFacts kernel_;
  std::unique_ptr<NetlinkFeed> feed_;
  std::unique_ptr<proc::CpuClock> clock_;
  std::uint64_t attached_ns_;
  proc::ProcScanner scanner_;
  LifecycleTranslator lives_;
  bool looked_{};
};

// Messages that were read before an error are emitted all the same.
Result<void> TaskstatsSource::drain(event::Sink& sink) {
  Batch batch;
  auto outcome = feed_->read(batch);
  lives_.take(batch, now(), sink);
  return outcome;
}

// Drains before the scan, so that most gone processes have an exit record; and after the scan for processes that exited during it, since
// the child usage of their parents is compared with their totals only then. Before the first scan no parent is known, so the first drain
// is skipped.
Result<void> TaskstatsSource::collect(event::Sink& sink) {
  Result<void> drained;
  if (std::exchange(looked_, true)) drained = drain(sink);
  const std::uint64_t began_ns = now_ns(CLOCK_BOOTTIME);
  sink.begin_scan(began_ns, event::Zombies::kListed);
  if (auto scanned = scanner_.scan(began_ns); !scanned) return scanned;
  if (auto again = drain(sink); !again) drained = std::move(again);
  lives_.take_waiting(now(), sink);
  scanner_.emit(sink);
  sink.end_scan(now_ns(CLOCK_BOOTTIME));
  return drained;
}

Result<event::SourceReport> TaskstatsSource::report() {
  const auto host = proc::host_reading(proc_);
  if (!host) return tl::unexpected{host.error()};
  event::SourceReport report;
  report.host = *host;
  const FeedLosses losses = feed_->losses();
  report.losses = {{"taskstats_overrun", losses.record_overruns},
                   {"connector_overrun", losses.event_overruns},
                   {"connector_gap", losses.event_gaps},
                   {"vanished_while_read", scanner_.losses().vanished},
                   {"unreadable", scanner_.losses().unreadable}};
  return report;
}

}  // namespace

Result<std::unique_ptr<event::Source>> assemble_source(const std::string& procfs, std::unique_ptr<NetlinkFeed> feed,
                                                       std::unique_ptr<proc::CpuClock> clock) {
  auto facts = proc::probe(procfs);
  if (!facts) return tl::unexpected{std::move(facts).error()};
  facts->kernel.lives = true;
  Parts parts{procfs, std::move(*facts), proc::host_cgroup_ids(procfs), std::move(feed), std::move(clock)};
  return std::make_unique<TaskstatsSource>(std::move(parts), proc::whole_tick_now_ns());
}

Result<std::unique_ptr<event::Source>> open_taskstats_source(const Options& options) {
  if (const auto initial = procfs::ProcFs{options.procfs}.in_initial_pid_namespace(); !initial || !*initial) {
    return wrong_namespace("pid");
  }
  auto feed = open_kernel_feed(options.receive_bytes);
  if (!feed) return tl::unexpected{std::move(feed).error()};
  return assemble_source(options.procfs, std::move(*feed), std::make_unique<proc::KernelCpuClock>());
}

}  // namespace procledger::taskstats
