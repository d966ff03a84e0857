// SPDX-License-Identifier: Apache-2.0
// The offset of the run-queue clock, on a CPU that stops in the middle of a switch: between the kernel's reading of the run-queue clock and
// the collector's reading of CLOCK_MONOTONIC. A hypervisor that runs another guest does that.
#include <bpf/bpf.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <memory>
#include <set>

#include "bpf/wire.h"
#include "sources/bpf/bpf_source.hpp"
#include "sources/bpf/cpu_slots.hpp"
#include "sources/bpf/ring_buffer.hpp"
#include "stall.skel.h"
#include "support/child.hpp"
#include "support/host.hpp"

namespace procledger::test {
namespace {

constexpr int kCpu = 1;
constexpr std::chrono::milliseconds kStall{10};

/// The program that stalls switches on kCpu; null if it does not run.
std::shared_ptr<stall_bpf> stall_switches(pid_t tid) {
  std::shared_ptr<stall_bpf> stall{stall_bpf::open(), &stall_bpf::destroy};
  if (stall == nullptr) return nullptr;
  stall->rodata->cpu = kCpu;
  stall->rodata->tid = tid;
  stall->rodata->stall_ns = static_cast<__u64>(std::chrono::nanoseconds{kStall}.count());
  if (stall_bpf::load(stall.get()) != 0 || stall_bpf::attach(stall.get()) != 0) return nullptr;
  return stall;
}

/// The slot of kCpu of the source that was opened last. Tests of the kernel run one at a time.
class Slot {
 public:
  static Result<Slot> of_newest_source() {
    UniqueFd slots;
    for (__u32 id = 0; bpf_map_get_next_id(id, &id) == 0;) {
      UniqueFd map{bpf_map_get_fd_by_id(id)};
      bpf_map_info info{};
      __u32 size = sizeof(info);
      if (map.get() >= 0 && bpf_obj_get_info_by_fd(map.get(), &info, &size) == 0 && std::strcmp(info.name, "slots") == 0)
        slots = std::move(map);
    }
    auto mapping = bpf::Mapping::open(slots.get(), static_cast<std::size_t>(sysconf(_SC_PAGESIZE)), PROT_READ, 0, "the CPU slots");
    if (!mapping) return tl::unexpected{mapping.error()};
    return Slot{std::move(*mapping)};
  }
  const volatile pl_slot& operator*() const { return reinterpret_cast<const volatile pl_slot*>(mapping_.data())[kCpu]; }
  const volatile pl_slot* operator->() const { return &**this; }

  /// Idle time since load, up to `monotonic_ns`.
  [[nodiscard]] std::uint64_t idle_ns(std::uint64_t monotonic_ns) const {
    pl_slot copy{};
    copy.idle_since = (*this)->idle_since;
    copy.idle_ns = (*this)->idle_ns;
    copy.offset = (*this)->offset;
    return bpf::idle_until(copy, monotonic_ns);
  }

 private:
  explicit Slot(bpf::Mapping mapping) : mapping_{std::move(mapping)} {}

  bpf::Mapping mapping_;
};

class StalledSwitch : public testing::Test {
 protected:
  void SetUp() override { PROCLEDGER_REQUIRE_BPF(); }
};

TEST_F(StalledSwitch, LeavesTheOffsetOfTheRunQueueClock) {
  // Every second switch of its CPU is to it, so every second offset that is learnt is too small by kStall.
  const auto target =
      Child::spawn({.argv = {PROCLEDGER_TESTPROGS "/pace", "500", "20000"}, .cgroup_procs = {}, .cpu = kCpu, .inherit = {}});
  ASSERT_TRUE(target) << target.error().message;
  const auto stall = stall_switches(target->pid());
  ASSERT_NE(stall, nullptr) << "programs run in the order of attachment, so this one runs before the collector's";
  const auto source = bpf::open_bpf_source({});
  ASSERT_TRUE(source) << source.error().message;
  const auto slot = Slot::of_newest_source();
  ASSERT_TRUE(slot) << slot.error().message;

  // Without irq and steal time, which move the offset rightly.
  const auto base = [&slot = *slot] { return std::chrono::nanoseconds{slot->offset} + std::chrono::nanoseconds{slot->gap_ns}; };
  std::set<std::uint64_t> learnt;
  auto least = std::chrono::nanoseconds::max();
  auto most = std::chrono::nanoseconds::min();
  const auto stalled_and_learnt = [&](std::size_t times) {
    learnt.insert((*slot)->learnt_clock);
    least = std::min(least, base());
    most = std::max(most, base());
    return learnt.size() >= times && stall->bss->stalls >= times;
  };
  ASSERT_TRUE(eventually(kHangDeadline, [&] { return (*slot)->switches > 8; })) << "there is no offset to compare the next one with";
  stall->bss->left = std::numeric_limits<__s64>::max();
  EXPECT_TRUE(eventually(kHangDeadline, [&] { return stalled_and_learnt(30); }, std::chrono::milliseconds{1}));
  EXPECT_LT((most - least).count(), std::chrono::nanoseconds{kStall / 5}.count());
}

// A source that has seen many switches knows the idle time of the CPU. Another source starts while the CPU is idle, and its first switch is
// stalled.
TEST_F(StalledSwitch, AddsNothingToTheIdleTimeBeforeTheFirstSwitch) {
  cpu_set_t others;  // kCpu stays idle if no other program needs it
  CPU_ZERO(&others);
  CPU_SET(0, &others);
  ASSERT_EQ(sched_setaffinity(0, sizeof(others), &others), 0);
  const auto stall = stall_switches(-1);
  ASSERT_NE(stall, nullptr);
  const auto known = bpf::open_bpf_source({});
  ASSERT_TRUE(known) << known.error().message;
  const auto truth = Slot::of_newest_source();
  ASSERT_TRUE(truth) << truth.error().message;
  const auto switch_often = [] {
    return Child::spawn({.argv = {PROCLEDGER_TESTPROGS "/pace", "100", "1000"}, .cgroup_procs = {}, .cpu = kCpu, .inherit = {}});
  };
  for (int attempt = 0; attempt < 20; ++attempt) {
    {
      const auto child = switch_often();
      ASSERT_TRUE(child) << child.error().message;
      const std::uint64_t before = (*truth)->switches;
      ASSERT_TRUE(eventually(kHangDeadline, [&] { return stall->bss->left == 0 && (*truth)->switches > before + 64; }));
    }
    const auto source = bpf::open_bpf_source({});
    ASSERT_TRUE(source) << source.error().message;
    const auto slot = Slot::of_newest_source();
    ASSERT_TRUE(slot) << slot.error().message;
    const std::uint64_t idle_from = (*slot)->idle_since;
    const std::uint64_t idle_before = truth->idle_ns(idle_from);
    // After a switch away from a task that is hidden from tracing, the truth does not know that the CPU is idle.
    const bool both_idle = idle_from != 0 && (*truth)->idle_since != 0;
    stall->bss->left = 1;
    if (!both_idle || (*slot)->switches > 0) continue;
    const auto child = switch_often();
    ASSERT_TRUE(child) << child.error().message;
    ASSERT_TRUE(eventually(kHangDeadline, [&] { return (*slot)->switches > 64; }));
    EXPECT_EQ(stall->bss->left, 0);
    std::uint64_t before = 0;
    std::uint64_t shown = 0;
    std::uint64_t kernel = 0;
    do {  // both at one switch
      before = (*truth)->switches;
      shown = (*slot)->idle_ns;
      kernel = (*truth)->idle_ns - idle_before;
    } while (before != (*truth)->switches);
    EXPECT_NEAR(static_cast<double>(shown), static_cast<double>(kernel), std::chrono::nanoseconds{kStall / 5}.count());
    return;
  }
  GTEST_SKIP() << "CPU " << kCpu << " was never idle from a start to the next switch";
}

}  // namespace
}  // namespace procledger::test
