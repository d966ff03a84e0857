// SPDX-License-Identifier: Apache-2.0
#include "sources/proc/proc_source.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "fake_processes.hpp"
#include "sources/proc/probe.hpp"

namespace procledger::proc {
namespace {

/// A tree in which the test is process 42, in a pid namespace other than that of the host.
class FoundOut : public testing::Test {
 protected:
  void SetUp() override {
    processes_.put(FakeProcesses::single(42, 2000, 70));
    processes_.tree.link("self", "42");
    processes_.tree.file("42/io", kIo);
    processes_.tree.file("42/schedstat", "5 6 7\n");
    processes_.tree.file("42/mountinfo", "41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    processes_.tree.file("stat", "cpu  10 20 30 40 50 6 7 8 9 10\n");
  }
  [[nodiscard]] Facts facts() const {
    auto found = probe(processes_.tree.root());
    EXPECT_TRUE(found) << found.error().message;
    return found.value_or(Facts{});
  }
  static constexpr const char* kIo = "rchar: 1\n";
  FakeProcesses processes_;
};

TEST_F(FoundOut, WhatIsThere) {
  const Facts found = facts();
  EXPECT_TRUE(found.kernel.run_queue_wait);
  EXPECT_TRUE(found.kernel.storage_io);
  EXPECT_TRUE(found.kernel.call_io);
  EXPECT_TRUE(found.kernel.estimates);
  EXPECT_FALSE(found.kernel.lives);
  EXPECT_FALSE(found.kernel.btf);
  EXPECT_EQ(found.kernel.cgroup, "v2");
  EXPECT_FALSE(found.readable.fd_sizes) << "only a real /proc counts descriptors in st_size";
  EXPECT_FALSE(found.our_numbers);
}

TEST_F(FoundOut, SchedstatOfZerosIsNone) {
  processes_.tree.file("42/schedstat", "0 0 0\n");
  EXPECT_FALSE(facts().kernel.run_queue_wait);
  EXPECT_FALSE(facts().readable.schedstat);
}

TEST_F(FoundOut, NoIoWithoutTheFile) {
  processes_.tree.remove("42/io");
  EXPECT_FALSE(facts().kernel.storage_io);
  EXPECT_FALSE(facts().kernel.call_io);
}

TEST_F(FoundOut, HugePagesAreKnownByTheirLine) {
  EXPECT_FALSE(facts().kernel.hugetlb);
  processes_.tree.file("42/status", "Uid:\t0\t0\t0\t0\nHugetlbPages:\t       0 kB\n");
  EXPECT_TRUE(facts().kernel.hugetlb);
}

TEST_F(FoundOut, OurNumbersAreKnownByOurOwn) {
  processes_.tree.remove("self");
  processes_.put(FakeProcesses::single(static_cast<std::uint32_t>(::getpid()), 2000, 70));
  processes_.tree.link("self", std::to_string(::getpid()));
  EXPECT_TRUE(facts().our_numbers);
}

TEST(ProcSourceOpen, SaysWhatToDoWithoutProc) {
  const auto source = open_proc_source({.procfs = "/nowhere/at/all"});
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().kind, ErrorKind::kUnsupported);
  EXPECT_NE(source.error().message.find("/nowhere/at/all"), std::string::npos);
  EXPECT_NE(source.error().message.find("--path.procfs"), std::string::npos);
}

TEST_F(FoundOut, AnotherNamespacesProcessesAreReadWithTheirOwnClock) {
  auto source = open_proc_source({.procfs = processes_.tree.root()});
  ASSERT_TRUE(source) << source.error().message;
  ScanEvents events;
  ASSERT_TRUE((*source)->collect(events));
  ASSERT_NE(events.sample(42), nullptr);
  EXPECT_EQ(events.sample(42)->comm.view(), "prog");
}

TEST_F(FoundOut, ReportHasTheHostsIdleTimeAndNothingThatCannotBeKnown) {
  auto source = open_proc_source({.procfs = processes_.tree.root()});
  ASSERT_TRUE(source) << source.error().message;
  const auto report = (*source)->report();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->host.idle_ns, 90 * 10 * kMs);
  EXPECT_FALSE(report->host.irq_ns || report->host.softirq_ns || report->host.steal_ns);
  ASSERT_EQ(report->losses.size(), 2U);
  EXPECT_EQ(report->losses[0].cause, "vanished_while_read");
  EXPECT_TRUE(report->misses.empty());
}

TEST_F(FoundOut, ThereIsNothingToWaitForAndAHeartThatBeats) {
  auto source = open_proc_source({.procfs = processes_.tree.root()});
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ((*source)->wakeup_fd(), -1);
  EXPECT_EQ((*source)->name(), "proc");
  EXPECT_EQ((*source)->attached_ns() % (10 * kMs), 0U);
  const std::uint64_t before = (*source)->heartbeat();
  EXPECT_GT((*source)->heartbeat(), before);
}

}  // namespace
}  // namespace procledger::proc
