// SPDX-License-Identifier: Apache-2.0
#include "sources/bpf/decoder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "unit/bpf/records.hpp"

namespace procledger::bpf {
namespace {

using event::State;

TEST(WireTask, EveryValueArrivesUnderItsName) {
  pl_task task = some_task();
  task.flags = PL_LEADER | PL_KTHREAD | PL_GROUP_EXIT | PL_DIED;
  task.valid = PL_HAS_CGROUP | PL_HAS_PARENT;
  task.usage.storage_written_bytes = 8192;
  task.usage.storage_cancelled_bytes = 4096;
  const event::Observation seen = decode(task);
  EXPECT_EQ(seen.task, (event::TaskId{0xffff888000001000, 77}));
  EXPECT_EQ(seen.process, (event::ProcessId{0xffff888000002000, 42}));
  EXPECT_EQ(seen.parent, (event::ProcessId{0xffff888000003000, 1}));
  EXPECT_EQ(seen.total.cpu_ns, 1000u);
  EXPECT_EQ(seen.pending_ns, 5u);
  EXPECT_EQ(seen.total.user_ticks_ns, 600u);
  EXPECT_EQ(seen.total.system_ticks_ns, 400u);
  EXPECT_EQ(seen.total.storage_written_bytes, 8192u);
  EXPECT_EQ(seen.total.storage_cancelled_bytes, 4096u);
  EXPECT_EQ(seen.cgroup_id, 99u);
  EXPECT_EQ(seen.tid, 43u);
  EXPECT_EQ(seen.uid, 1000u);
  EXPECT_EQ(seen.exit_status, 0x100u);
  EXPECT_EQ(seen.live_threads, 3u);
  EXPECT_TRUE(seen.leader && seen.kernel_thread && seen.group_exit && seen.exited);
  EXPECT_EQ(seen.comm.view(), "worker");
}

TEST(WireTask, WhatTheKernelDidNotSayIsAbsentNotZero) {
  const event::Observation seen = decode(some_task());
  EXPECT_FALSE(seen.cgroup_id);
  EXPECT_FALSE(seen.parent);
}

TEST(WireTask, CommWithoutTerminatorStaysInItsRoom) {
  pl_task task = some_task();
  std::fill(std::begin(task.comm), std::end(task.comm), 'x');
  EXPECT_EQ(decode(task).comm.view(), std::string(15, 'x'));
}

TEST(WireProcess, HugePagesArriveAsBytes) {
  pl_process process{};
  process.hugetlb_pages = 512;
  process.valid = PL_HAS_MEMORY | PL_HAS_HUGETLB;
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  EXPECT_EQ(decode(process).memory.value_or(event::Memory{}).hugetlb, 512 * page);
}

TEST(WireTask, KernelStatesBecomeOurs) {
  const auto state = [](std::uint32_t bits) {
    pl_task task = some_task();
    task.state = bits;
    return decode(task).state;
  };
  EXPECT_EQ(state(0x0), State::kRunning);
  EXPECT_EQ(state(0x1), State::kSleeping);
  EXPECT_EQ(state(0x2), State::kDiskSleep);
  EXPECT_EQ(state(0x402), State::kIdle);
  EXPECT_EQ(state(0x4), State::kStopped);
  EXPECT_EQ(state(0x8), State::kStopped);
  EXPECT_EQ(state(0x40), State::kOther);
  EXPECT_EQ(state(0x20u << 16), State::kZombie);
  EXPECT_EQ(state(0x80 | 0x20u << 16), State::kZombie);
}

}  // namespace
}  // namespace procledger::bpf
