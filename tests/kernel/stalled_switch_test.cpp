// SPDX-License-Identifier: Apache-2.0
// The offset of the run-queue clock, on a CPU that stops in the middle of a switch: between the kernel's reading of the run-queue clock and
// the collector's reading of CLOCK_MONOTONIC. A hypervisor that runs another guest does that.
#include <bpf/bpf.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <set>

#include "bpf/wire.h"
#include "sources/bpf/bpf_source.hpp"
#include "sources/bpf/ring_buffer.hpp"
#include "stall.skel.h"
#include "support/child.hpp"
#include "support/host.hpp"

namespace procledger::test {
namespace {

constexpr int kCpu = 1;
constexpr std::chrono::milliseconds kStall{10};

/// The map of the newest open source. Tests of the kernel run one at a time.
UniqueFd slots_map() {
  UniqueFd slots;
  for (__u32 id = 0; bpf_map_get_next_id(id, &id) == 0;) {
    UniqueFd map{bpf_map_get_fd_by_id(id)};
    bpf_map_info info{};
    __u32 size = sizeof(info);
    if (map.get() >= 0 && bpf_obj_get_info_by_fd(map.get(), &info, &size) == 0 && std::strcmp(info.name, "slots") == 0)
      slots = std::move(map);
  }
  return slots;
}

TEST(StalledSwitch, LeavesTheOffsetOfTheRunQueueClock) {
  PROCLEDGER_REQUIRE_BPF();
  // Every second switch of its CPU is to it, so every second offset that is learnt is too small by kStall.
  const auto target =
      Child::spawn({.argv = {PROCLEDGER_TESTPROGS "/pace", "500", "20000"}, .cgroup_procs = {}, .cpu = kCpu, .inherit = {}});
  ASSERT_TRUE(target) << target.error().message;
  const std::unique_ptr<stall_bpf, decltype(&stall_bpf::destroy)> stall{stall_bpf::open(), &stall_bpf::destroy};
  ASSERT_NE(stall, nullptr);
  stall->rodata->stalled_tid = target->pid();
  ASSERT_EQ(stall_bpf::load(stall.get()), 0);
  ASSERT_EQ(stall_bpf::attach(stall.get()), 0) << "programs run in the order of attachment, so this one runs before the collector's";
  const auto source = bpf::open_bpf_source({});
  ASSERT_TRUE(source) << source.error().message;
  const UniqueFd map = slots_map();
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const auto mapping = bpf::Mapping::open(map.get(), page, PROT_READ, 0, "the CPU slots");
  ASSERT_TRUE(mapping) << mapping.error().message;
  const volatile pl_slot& slot = reinterpret_cast<const pl_slot*>(mapping->data())[kCpu];

  // Without irq and steal time, which move the offset rightly.
  const auto base = [&slot] { return std::chrono::nanoseconds{slot.offset} + std::chrono::nanoseconds{slot.gap_ns}; };
  std::set<std::uint64_t> learnt;
  auto least = std::chrono::nanoseconds::max();
  auto most = std::chrono::nanoseconds::min();
  const auto stalled_and_learnt = [&](std::size_t times) {
    learnt.insert(slot.learnt_clock);
    least = std::min(least, base());
    most = std::max(most, base());
    return learnt.size() >= times && stall->bss->stalls >= times;
  };
  ASSERT_TRUE(eventually(kHangDeadline, [&] { return slot.learnt_clock != 0; })) << "there is no offset to compare the next one with";
  stall->bss->stall_ns = static_cast<__u64>(std::chrono::nanoseconds{kStall}.count());
  EXPECT_TRUE(eventually(kHangDeadline, [&] { return stalled_and_learnt(30); }, std::chrono::milliseconds{1}));
  EXPECT_LT((most - least).count(), std::chrono::nanoseconds{kStall / 5}.count());
}

}  // namespace
}  // namespace procledger::test
