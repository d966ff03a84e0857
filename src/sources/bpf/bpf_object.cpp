// SPDX-License-Identifier: Apache-2.0
#include "sources/bpf/bpf_object.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <fstream>
#include <span>
#include <string>
#include <tuple>

#include "base/unique_fd.hpp"
#include "procledger.skel.h"
#include "sources/bpf/decoder.hpp"
#include "sources/bpf/kernel_btf.hpp"

namespace procledger::bpf {
namespace {

constexpr std::uint64_t kTickCapNs = 10'000'000;         // HZ=100 is the slowest tick in use
constexpr std::uint64_t kNohzFullCapNs = 1'100'000'000;  // the remote tick comes once a second (kernel/sched/core.c:sched_tick_remote)

// libbpf reports warnings through a callback without context. The error message of the current load uses the last warning.
struct Warnings {
  std::string last;
  bool verifier{};  ///< the verifier refused a program
};

Warnings& warnings() {
  thread_local Warnings kept;
  return kept;
}

int keep_warning(libbpf_print_level level, const char* format, va_list arguments) {
  if (level != LIBBPF_WARN) return 0;
  std::array<char, 512> line{};
  const int length = std::vsnprintf(line.data(), line.size(), format, arguments);
  std::string& text = warnings().last = line.data();
  if (text.find("BEGIN PROG LOAD LOG") != std::string::npos) warnings().verifier = true;
  if (const auto end = text.find_last_not_of("\n "); end != std::string::npos) text.resize(end + 1);
  return length;
}

Error load_error(int errno_value) {
  if (errno_value == EPERM || (errno_value == EACCES && !warnings().verifier)) {
    return {ErrorKind::kPermission, "the kernel refused to load eBPF programs: run as root, or grant CAP_BPF and CAP_PERFMON"};
  }
  Error error = system_error("the kernel did not accept the eBPF programs", errno_value);
  error.kind = ErrorKind::kUnsupported;
  if (!warnings().last.empty()) error.message += " (" + warnings().last + ")";
  error.message += "; start without --source=bpf to use the next best source, and report this with the output of `procledger doctor`";
  return error;
}

Error version_error(const std::string& carried) {
  return {ErrorKind::kUnsupported, "the eBPF object writes records of version " + carried + " and this program reads version " +
                                       std::to_string(PL_WIRE_VERSION) + ": build both from the same source tree"};
}

// The time between two updates of a running task's total: a tick, or a second on CPUs without a tick (nohz_full).
std::uint64_t pending_cap_ns() {
  std::ifstream file{"/sys/devices/system/cpu/nohz_full"};
  std::string cpus;
  std::getline(file, cpus);
  return cpus.find_first_of("0123456789") == std::string::npos ? kTickCapNs : kNohzFullCapNs;
}

// Selects the programs to load, since some kernels refuse some of them.
void choose_programs(procledger_bpf& skeleton, const KernelTypes& types) {
  const bool loops = types.bpf_loop && types.percpu_lookup;
  bpf_program__set_autoload(skeleton.progs.scan_tasks, loops);
  bpf_program__set_autoload(skeleton.progs.learn_percpu, loops);
  bpf_program__set_autoload(skeleton.progs.scan_tasks_plain, !loops);
  for (bpf_program* second :
       {skeleton.progs.on_sched_process_exec_2, skeleton.progs.on_sched_process_fork_2, skeleton.progs.on_task_rename_2}) {
    bpf_program__set_autoload(second, types.hooks_preempt);
  }
  skeleton.rodata->hooks_preempt = types.hooks_preempt;
  if (!types.hooks_preempt) bpf_map__set_max_entries(skeleton.maps.emitted, 1);
}

void set_up(procledger_bpf& skeleton, const BpfOptions& options, const KernelTypes& types, unsigned cpus, bool cgroup_v1) {
  choose_programs(skeleton, types);
  skeleton.rodata->wakeup_bytes = options.ring_bytes / 4;
  skeleton.rodata->pending_cap_ns = pending_cap_ns();
  skeleton.rodata->cgroup_v1 = cgroup_v1;
  bpf_map__set_max_entries(skeleton.maps.events, options.ring_bytes);
  bpf_map__set_max_entries(skeleton.maps.spill, options.spill_entries);
  bpf_map__set_max_entries(skeleton.maps.slots, cpus);
}

// Lets the programs find per-CPU counters. Without them, memory values are as accurate as the common part of the kernel's counters.
void learn_percpu(procledger_bpf& skeleton) {
  bpf_map_info info{};
  __u32 size = sizeof(info);
  if (skeleton.links.learn_percpu == nullptr || bpf_obj_get_info_by_fd(bpf_map__fd(skeleton.maps.here), &info, &size) != 0) return;
  skeleton.bss->here_id = info.id;
  const UniqueFd run{bpf_iter_create(bpf_link__fd(skeleton.links.learn_percpu))};
  std::array<char, 64> nothing{};
  if (run) std::ignore = ::read(run.get(), nothing.data(), nothing.size());
}

// Runs see_cpu once on each CPU. On a kernel that refuses see_cpu, idle time of a CPU counts from the first switch of the CPU.
void see_cpus(const procledger_bpf& skeleton, unsigned cpus) {
  for (unsigned cpu = 0; cpu < cpus; ++cpu) {
    bpf_test_run_opts options{};
    options.sz = sizeof(options);
    options.flags = BPF_F_TEST_RUN_ON_CPU;
    options.cpu = cpu;
    std::ignore = bpf_prog_test_run_opts(bpf_program__fd(skeleton.progs.see_cpu), &options);  // ENXIO: the CPU is offline
  }
}

}  // namespace

// bpftool concatenates the sections of all source files, so this check finds even a single stale file.
Result<void> check_wire_version(bpf_object& object) {
  bpf_map* const map = bpf_object__find_map_by_name(&object, ".rodata.wire");
  std::size_t bytes = 0;
  const void* const versions = map != nullptr ? bpf_map__initial_value(map, &bytes) : nullptr;
  if (versions == nullptr || bytes < sizeof(__u32)) return tl::unexpected{version_error("unknown")};
  for (const __u32 carried : std::span{static_cast<const __u32*>(versions), bytes / sizeof(__u32)}) {
    if (carried != PL_WIRE_VERSION) return tl::unexpected{version_error(std::to_string(carried))};
  }
  return {};
}

void SkeletonDeleter::operator()(procledger_bpf* skeleton) const noexcept { procledger_bpf__destroy(skeleton); }

Result<BpfObject> BpfObject::load(const BpfOptions& options, const KernelTypes& types, bool cgroup_v1) {
  libbpf_set_print(keep_warning);
  warnings() = {};
  const int cpus = libbpf_num_possible_cpus();
  if (cpus <= 0) return tl::unexpected{system_error("counting CPUs", -cpus)};
  std::unique_ptr<procledger_bpf, SkeletonDeleter> skeleton{procledger_bpf__open()};
  if (!skeleton) return tl::unexpected{load_error(errno)};
  if (auto fits = check_wire_version(*skeleton->obj); !fits) return tl::unexpected{fits.error()};
  set_up(*skeleton, options, types, static_cast<unsigned>(cpus), cgroup_v1);
  if (const int failed = procledger_bpf__load(skeleton.get()); failed != 0) return tl::unexpected{load_error(-failed)};
  if (const int failed = procledger_bpf__attach(skeleton.get()); failed != 0) return tl::unexpected{load_error(-failed)};
  learn_percpu(*skeleton);
  see_cpus(*skeleton, static_cast<unsigned>(cpus));
  return BpfObject{std::move(skeleton), static_cast<unsigned>(cpus)};
}

BpfObject::BpfObject(std::unique_ptr<procledger_bpf, SkeletonDeleter> skeleton, unsigned cpus)
    : skeleton_{std::move(skeleton)}, cpus_{cpus} {}

int BpfObject::ring_fd() const { return bpf_map__fd(skeleton_->maps.events); }
std::uint64_t BpfObject::spilled() const { return std::atomic_ref{skeleton_->bss->spilled}.load(std::memory_order_acquire); }

void BpfObject::show_zombies(pl_zombies how) { skeleton_->bss->zombies = how; }

void BpfObject::want(bool path, bool environment) {
  skeleton_->bss->want_path = path;
  skeleton_->bss->want_env = environment;
}

int BpfObject::spill_fd() const { return bpf_map__fd(skeleton_->maps.spill); }
int BpfObject::slots_fd() const { return bpf_map__fd(skeleton_->maps.slots); }
int BpfObject::iterator_link_fd() const {
  const bpf_link* link = skeleton_->links.scan_tasks;
  return bpf_link__fd(link != nullptr ? link : skeleton_->links.scan_tasks_plain);
}

Result<std::vector<std::uint64_t>> BpfObject::losses() const {
  std::vector<std::uint64_t> sums(PL_LOSS_COUNT);
  std::vector<std::uint64_t> per_cpu(cpus_);
  for (std::uint32_t cause = 0; cause < PL_LOSS_COUNT; ++cause) {
    if (bpf_map_lookup_elem(bpf_map__fd(skeleton_->maps.losses), &cause, per_cpu.data()) != 0) {
      return tl::unexpected{system_error("reading the loss counters", errno)};
    }
    for (const std::uint64_t count : per_cpu) sums[cause] += count;
  }
  return sums;
}

Result<event::UnattributedExits> BpfObject::overflow() const {
  const std::uint32_t zero = 0;
  std::vector<pl_overflow> per_cpu(cpus_);
  if (bpf_map_lookup_elem(bpf_map__fd(skeleton_->maps.overflow), &zero, per_cpu.data()) != 0) {
    return tl::unexpected{system_error("reading the overflow totals", errno)};
  }
  event::UnattributedExits sum;
  for (const pl_overflow& cpu : per_cpu) {
    sum.tasks += cpu.tasks;
    sum.total += bpf::decode(cpu.usage);
    sum.exits_ok += cpu.exits_ok;
    sum.exits_error += cpu.exits_error;
    sum.exits_signal += cpu.exits_signal;
  }
  return sum;
}

std::vector<event::ProgramMisses> BpfObject::misses() const {
  std::vector<event::ProgramMisses> result;
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, skeleton_->obj) {
    bpf_prog_info info{};
    __u32 size = sizeof(info);
    if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) != 0) continue;
    result.push_back({.program = bpf_program__name(program), .misses = info.recursion_misses});
  }
  return result;
}

}  // namespace procledger::bpf
