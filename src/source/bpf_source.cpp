// SPDX-License-Identifier: Apache-2.0
#include "source/bpf_source.hpp"

#include <malloc.h>
#include <unistd.h>
#include <ctime>

#include <array>
#include <utility>
#include <vector>

#include "procfs/proc_fs.hpp"
#include "source/bpf_object.hpp"
#include "source/kernel_facts.hpp"
#include "source/ring.hpp"
#include "source/slots.hpp"
#include "source/walk.hpp"
#include "wire/decode.hpp"

namespace procledger::source {
namespace {

std::uint64_t now_ns(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

/// Words for enum pl_loss, in its order.
constexpr std::array<const char*, PL_LOSS_COUNT> kLossCauses{"ring_fork",  "ring_exec",   "ring_rename", "ring_cgroup", "ring_free",
                                                             "spill_full", "free_unseen", "dead_full",   "dead_delete", "args_unreadable"};

class BpfSource final : public Source {
 public:
  BpfSource(procfs::ProcFs proc, event::KernelFacts facts, BpfObject object, Ring ring, Slots slots)
      : proc_{std::move(proc)},
        facts_{std::move(facts)},
        object_{std::move(object)},
        ring_{std::move(ring)},
        slots_{std::move(slots)},
        attached_ns_{now_ns(CLOCK_BOOTTIME)} {}

  [[nodiscard]] std::string_view name() const override { return "bpf"; }
  [[nodiscard]] std::uint64_t attached_ns() const override { return attached_ns_; }
  [[nodiscard]] int wakeup_fd() const override { return object_.ring_fd(); }
  [[nodiscard]] std::uint64_t heartbeat() override { return slots_.switches(); }
  [[nodiscard]] const event::KernelFacts& kernel() const override { return facts_; }

  Result<void> drain(event::Sink& sink) override;
  Result<void> collect(event::Sink& sink) override;
  Result<event::SourceReport> report() override;

 private:
  procfs::ProcFs proc_;
  event::KernelFacts facts_;
  BpfObject object_;
  Ring ring_;
  Slots slots_;
  std::uint64_t attached_ns_;
  Walk walk_;
  std::uint64_t told_ns_{};  ///< when the last walk began that was told whole
  std::vector<pl_final> finals_;
  std::vector<pl_final> spilled_;
  std::vector<pl_final> unseen_;
  std::uint64_t free_unseen_{};  ///< found here, beside those that the hooks found
};

Result<void> BpfSource::drain(event::Sink& sink) {
  Result<void> outcome;
  ring_.consume([&](std::span<const std::byte> record) {
    if (auto delivered = wire::deliver(record, sink); !delivered) outcome = std::move(delivered);
  });
  return outcome;
}

// Read first, in an order that makes doubles impossible; tell afterwards, life-cycle events first. A task in `overflow` was freed before
// the walk began, so the walk does not meet it. A task that is freed during the walk has its record in the ring or in `spill` before these
// are read, or is met again next time.
Result<void> BpfSource::collect(event::Sink& sink) {
  const std::uint64_t walk_ns = now_ns(CLOCK_BOOTTIME);
  sink.begin_walk(walk_ns);
  const Result<event::Unnamed> overflow = object_.overflow();
  if (!overflow) return tl::unexpected{overflow.error()};
  if (auto read = read_tasks(object_.iterator_link_fd(), walk_); !read) return read;
  finals_.clear();
  if (auto read = read_finals(object_.dead_fd(), finals_); !read) return read;
  drop_told(walk_, told_ns_, finals_);
  unseen_.clear();
  if (auto taken = take_unseen(object_.dead_fd(), walk_, now_ns(CLOCK_BOOTTIME), finals_, unseen_); !taken) return taken;
  free_unseen_ += unseen_.size();
  spilled_.clear();
  if (auto read = take_spilled(object_.spill_fd(), spilled_); !read) return read;

  auto drained = drain(sink);
  for (const pl_final& final : spilled_) sink.on_freed(wire::decode(final));
  for (const pl_final& final : unseen_) sink.on_freed(wire::decode(final));
  if (overflow->tasks > 0) sink.on_unnamed(*overflow);
  for (const pl_task& task : walk_.tasks) sink.on_sample(wire::decode(task));
  for (const pl_final& final : finals_) sink.on_died(wire::decode(final));
  for (const pl_process& process : walk_.processes) sink.on_holding(wire::decode(process));
  sink.end_walk(now_ns(CLOCK_BOOTTIME));
  told_ns_ = walk_ns;
  return drained;
}

Result<event::SourceReport> BpfSource::report() {
  event::SourceReport report;
  report.host.monotonic_ns = now_ns(CLOCK_MONOTONIC);
  report.host.idle_ns = slots_.idle_ns(report.host.monotonic_ns);
  report.host.cpus = static_cast<std::uint32_t>(::sysconf(_SC_NPROCESSORS_ONLN));
  if (facts_.irq_time || facts_.steal_time) {
    const auto times = proc_.cpu_times();
    if (!times) return tl::unexpected{times.error()};
    if (facts_.irq_time) {
      report.host.irq_ns = times->irq_ns;
      report.host.softirq_ns = times->softirq_ns;
    }
    if (facts_.steal_time) report.host.steal_ns = times->steal_ns;
  }
  const auto losses = object_.losses();
  if (!losses) return tl::unexpected{losses.error()};
  for (std::size_t cause = 0; cause < losses->size(); ++cause) {
    const std::uint64_t found_here = cause == PL_LOSS_FREE_UNSEEN ? free_unseen_ : 0;
    report.losses.push_back({kLossCauses[cause], (*losses)[cause] + found_here});
  }
  report.misses = object_.misses();
  return report;
}

}  // namespace

Result<std::unique_ptr<Source>> open_bpf_source(const BpfOptions& options) {
  procfs::ProcFs proc{options.procfs};
  if (const auto initial = proc.in_initial_pid_namespace(); !initial || !*initial) {
    return fail(ErrorKind::kUnsupported,
                "not in the initial pid namespace: the kernel's records would not fit the processes seen here; run on the host, "
                "in Kubernetes with hostPID: true, in Docker with --pid=host");
  }
  auto facts = read_kernel_facts();
  if (!facts) return tl::unexpected{facts.error()};
  bool cgroup_v1 = false;
  if (const auto cgroups = proc.cgroup_setup()) {
    facts->cgroup = cgroups->mode;
    cgroup_v1 = !cgroups->unified_has_controllers;
  }
  auto object = BpfObject::load(options, cgroup_v1);
  if (!object) return tl::unexpected{object.error()};
  ::malloc_trim(0);  // reading the kernel's type information leaves 10 MB of heap behind
  auto ring = Ring::open(object->ring_fd(), options.ring_bytes);
  if (!ring) return tl::unexpected{ring.error()};
  auto slots = Slots::open(object->slots_fd(), object->cpus());
  if (!slots) return tl::unexpected{slots.error()};
  return std::make_unique<BpfSource>(std::move(proc), std::move(*facts), std::move(*object), std::move(*ring), std::move(*slots));
}

}  // namespace procledger::source
