// SPDX-License-Identifier: Apache-2.0
#include "sources/proc/proc_source.hpp"

#include <utility>

#include "base/clock.hpp"
#include "host/procfs/proc_fs.hpp"
#include "sources/proc/host.hpp"
#include "sources/proc/probe.hpp"
#include "sources/proc/proc_scanner.hpp"

namespace procledger::proc {
namespace {

std::uint64_t now_ns(clockid_t clock) { return static_cast<std::uint64_t>(read_clock_ns(clock)); }

/// Emits events from scans of /proc alone. Owns the scanner and the CPU clock. The collector's thread calls it.
class ProcSource final : public event::Source {
 public:
  ProcSource(const std::string& procfs, Facts facts, CgroupIds cgroups, std::unique_ptr<CpuClock> clock, std::uint64_t attached_ns)
      : proc_{procfs},
        facts_{std::move(facts)},
        clock_{std::move(clock)},
        attached_ns_{attached_ns},
        scanner_{{.procfs = procfs, .attached_ns = attached_ns}, ProcessFiles{procfs, facts_.readable, std::move(cgroups)}, *clock_} {}

  [[nodiscard]] std::string_view name() const override { return "proc"; }
  [[nodiscard]] std::uint64_t attached_ns() const override { return attached_ns_; }
  [[nodiscard]] int wakeup_fd() const override { return -1; }
  [[nodiscard]] std::uint64_t heartbeat() override { return now_ns(CLOCK_MONOTONIC); }  // no hook that the kernel could remove
  [[nodiscard]] const event::KernelFacts& kernel() const override { return facts_.kernel; }
  Result<void> drain(event::Sink& /*sink*/) override { return {}; }

  Result<void> collect(event::Sink& sink) override {
    const std::uint64_t began_ns = now_ns(CLOCK_BOOTTIME);
    sink.begin_scan(began_ns, event::Zombies::kListed);
    if (auto scanned = scanner_.scan(began_ns); !scanned) return scanned;
    scanner_.emit(sink);
    sink.end_scan(now_ns(CLOCK_BOOTTIME));
    return {};
  }

  Result<event::SourceReport> report() override {
    const auto host = host_reading(proc_);
    if (!host) return tl::unexpected{host.error()};
    event::SourceReport report;
    report.host = *host;
    report.losses = {{"vanished_while_read", scanner_.losses().vanished}, {"unreadable", scanner_.losses().unreadable}};
    return report;
  }

 private:
  procfs::ProcFs proc_;
  Facts facts_;
  std::unique_ptr<CpuClock> clock_;
  std::uint64_t attached_ns_;
  ProcScanner scanner_;
};

std::unique_ptr<CpuClock> clock_for(const std::string& procfs, bool our_numbers) {
  if (our_numbers) return std::make_unique<KernelCpuClock>();
  return std::make_unique<StatCpuClock>(procfs);
}

}  // namespace

Result<std::unique_ptr<event::Source>> open_proc_source(const ProcOptions& options) {
  auto facts = probe(options.procfs);
  if (!facts) return tl::unexpected{std::move(facts).error()};
  auto cgroups = host_cgroup_ids(options.procfs);
  auto clock = clock_for(options.procfs, facts->our_numbers);
  return std::make_unique<ProcSource>(options.procfs, std::move(*facts), std::move(cgroups), std::move(clock), whole_tick_now_ns());
}

}  // namespace procledger::proc
