// SPDX-License-Identifier: Apache-2.0
#include "sources/bpf/bpf_source.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "host/procfs/proc_fs.hpp"
#include "sources/bpf/bpf_object.hpp"
#include "sources/bpf/cpu_slots.hpp"
#include "sources/bpf/decoder.hpp"
#include "sources/bpf/kernel_btf.hpp"
#include "sources/bpf/ring_buffer.hpp"
#include "sources/bpf/task_iterator.hpp"

namespace procledger::bpf {
namespace {

std::uint64_t now_ns(clockid_t clock) { return static_cast<std::uint64_t>(read_clock_ns(clock)); }

/// Values of the label `cause`, in the order of enum pl_loss.
constexpr std::array<const char*, PL_LOSS_COUNT> kLossCauses{"ring_fork", "ring_exec",  "ring_rename",    "ring_cgroup",
                                                             "ring_dead", "spill_full", "ring_free",      "args_unreadable",
                                                             "ring_path", "ring_env",   "env_unreadable", "ring_cgroup_name"};
static_assert(kLossCauses.back() != nullptr);

/// Emits life-cycle events from the ring and samples from scans of the task iterator. Owns the loaded programs, the ring, and the spilled
/// exit records that wait for the next drain. The collector's thread calls this class.
class BpfSource final : public event::Source {
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

  void want(Wanted wanted) override { object_.want(wanted.path, wanted.environment); }

  Result<void> drain(event::Sink& sink) override;
  Result<void> collect(event::Sink& sink) override;
  Result<event::SourceReport> report() override;

 private:
  Result<void> drain_once(event::Sink& sink);
  [[nodiscard]] pl_zombies zombies_in_scan(std::uint64_t unattributed_exits, std::uint64_t now_ns);

  procfs::ProcFs proc_;
  event::KernelFacts facts_;
  BpfObject object_;
  Ring ring_;
  Slots slots_;
  std::uint64_t attached_ns_;
  TaskScan scan_;
  bpf::Decoder decoder_;
  Spill spill_;
  std::uint64_t spilled_{};    ///< value of BpfObject::spilled() at the last fetch
  std::uint64_t listed_ns_{};  ///< CLOCK_BOOTTIME of the last scan that listed zombies; 0: none yet
};

Result<void> BpfSource::drain(event::Sink& sink) {
  for (;;) {
    const std::uint64_t reserved = ring_.reserved();
    auto drained = drain_once(sink);
    const bool held_back = ring_.consumed() < reserved;
    if (!drained || held_back || ring_.reserved() == reserved) return drained;
  }
}

// If a release record is in the ring before `until`, its task exited before this function read `until`, so the exit record of the task is
// already in the ring or in the spill map. A spilled exit record later than `until_ns` waits: earlier records of the task may follow
// `until` in the ring.
Result<void> BpfSource::drain_once(event::Sink& sink) {
  const std::uint64_t until_ns = now_ns(CLOCK_BOOTTIME);
  const std::uint64_t until = ring_.reserved();
  if (const std::uint64_t spilled = object_.spilled(); spilled != spilled_) {
    if (auto fetched = spill_.fetch(object_.spill_fd()); !fetched) return fetched;
    spilled_ = spilled;
  }
  Result<void> outcome;
  const bool all = ring_.consume(until, [&](std::span<const std::byte> record) {
    if (!spill_.empty()) spill_.emit_before(bpf::time_of(record), sink);
    if (auto delivered = decoder_.deliver(record, sink); !delivered) outcome = std::move(delivered);
  });
  if (all) spill_.emit_before(until_ns, sink);
  return outcome;
}

// After the first scan, programs write a record for every exit and every release. But a release record may be lost, and the hook does not
// run when the RCU callback interrupts a task that a hypervisor hides from tracing (1 of 300 to 1 of 1,000 releases on such a virtual
// machine). So a scan lists zombies every 30 s, and every scan lists zombies when tasks are in `overflow`.
pl_zombies BpfSource::zombies_in_scan(std::uint64_t unattributed_exits, std::uint64_t now_ns) {
  constexpr std::uint64_t kReviewNs = 30'000'000'000;
  const bool first = listed_ns_ == 0;
  if (!first && unattributed_exits == 0 && now_ns < listed_ns_ + kReviewNs) return PL_ZOMBIES_LEFT_OUT;
  listed_ns_ = now_ns;
  return first ? PL_ZOMBIES_DESCRIBED : PL_ZOMBIES_LISTED;
}

// Reads the overflow totals, then the tasks, then the ring: in this order no CPU time counts twice. Emits life-cycle events before samples.
// Tasks in `overflow` exited before the scan began, so the scan emits these tasks as zombies or not at all.
Result<void> BpfSource::collect(event::Sink& sink) {
  const std::uint64_t began_ns = now_ns(CLOCK_BOOTTIME);
  const Result<event::UnattributedExits> overflow = object_.overflow();
  if (!overflow) return tl::unexpected{overflow.error()};
  const pl_zombies zombies = zombies_in_scan(overflow->tasks, began_ns);
  object_.show_zombies(zombies);
  sink.begin_scan(began_ns, zombies == PL_ZOMBIES_LEFT_OUT ? event::Zombies::kLeftOut : event::Zombies::kListed);
  if (auto read = read_tasks(object_.iterator_link_fd(), scan_); !read) return read;

  auto drained = drain_once(sink);
  if (overflow->tasks > 0) sink.on_unattributed(*overflow);
  for (const pl_task& task : scan_.tasks) {
    (task.flags & PL_ZOMBIE) != 0 ? sink.on_zombie(bpf::decode_zombie(task)) : sink.on_sample(bpf::decode(task));
  }
  for (const pl_process& process : scan_.processes) sink.on_process_usage(bpf::decode(process));
  sink.end_scan(now_ns(CLOCK_BOOTTIME));
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
    report.losses.push_back({kLossCauses[cause], (*losses)[cause]});
  }
  report.misses = object_.misses();
  return report;
}

}  // namespace

Result<std::unique_ptr<event::Source>> open_bpf_source(const BpfOptions& options) {
  procfs::ProcFs proc{options.procfs};
  if (const auto initial = proc.in_initial_pid_namespace(); !initial || !*initial) {
    return fail(ErrorKind::kUnsupported,
                "not in the initial pid namespace: PIDs in kernel records do not match the PIDs in this namespace; run on the host, "
                "in Kubernetes with hostPID: true, in Docker with --pid=host");
  }
  const KernelTypes types = options.types ? *options.types : read_kernel_types();
  if (types.state != KernelTypes::State::kUsable) {
    return fail(ErrorKind::kUnsupported,
                "no usable BTF at /sys/kernel/btf/vmlinux: eBPF programs cannot be adapted to this kernel; "
                "run a kernel built with CONFIG_DEBUG_INFO_BTF=y (every Debian, Ubuntu, Fedora and RHEL kernel since 2021) and mount /sys");
  }
  event::KernelFacts facts = types.fields;
  bool cgroup_v1 = false;
  if (const auto cgroups = proc.cgroup_setup()) {
    facts.cgroup = cgroups->mode;
    cgroup_v1 = cgroups->cpuacct_in_v1;
  }
  auto object = BpfObject::load(options, types, cgroup_v1);
  if (!object) return tl::unexpected{object.error()};
  ::malloc_trim(0);  // libbpf's reading of the kernel's type information leaves 10 MB of heap behind
  auto ring = Ring::open(object->ring_fd(), options.ring_bytes);
  if (!ring) return tl::unexpected{ring.error()};
  auto slots = Slots::open(object->slots_fd(), object->cpus());
  if (!slots) return tl::unexpected{slots.error()};
  return std::make_unique<BpfSource>(std::move(proc), std::move(facts), std::move(*object), std::move(*ring), std::move(*slots));
}

}  // namespace procledger::bpf
