// SPDX-License-Identifier: Apache-2.0
// First checks on a kernel: the kernel accepts the programs, the programs run, and each of 200 processes is reported once and completely.
#include <sys/utsname.h>

#include <chrono>
#include <iostream>
#include <thread>

#include "matrix/exec_watch.hpp"
#include "matrix/matrix_test.hpp"
#include "sources/bpf/kernel_btf.hpp"

namespace procledger::test {
namespace {

using Smoke = MatrixTest;

// tools/matrix reads this line.
TEST_F(Smoke, SourceOpensAndSaysWhatTheKernelOffers) {
  const event::KernelFacts& facts = pipeline_->source().kernel();
  utsname kernel{};
  ASSERT_EQ(uname(&kernel), 0);
  std::cout << "MATRIX-FACTS " << kernel.release << " " << kernel.machine << " cgroup=" << facts.cgroup;
  const auto say = [](const char* name, bool value) { std::cout << " " << name << "=" << (value ? "yes" : "no"); };
  say("irq_time", facts.irq_time);
  say("steal_time", facts.steal_time);
  say("run_queue_wait", facts.run_queue_wait);
  say("storage_io", facts.storage_io);
  say("hugetlb", facts.hugetlb);
  say("call_io", facts.call_io);
  const bpf::KernelTypes types = bpf::read_kernel_types();
  say("bpf_loop", types.bpf_loop);
  say("percpu_lookup", types.percpu_lookup);
  say("hooks_preempt", types.hooks_preempt);
  std::cout << "\n";
  EXPECT_EQ(pipeline_->source().name(), kind_.name);
  EXPECT_GT(pipeline_->ledger().live_tasks(), 2U);
  EXPECT_TRUE(pipeline_->process(getpid()));
}

TEST_F(Smoke, HeartbeatRises) {
  const std::uint64_t before = pipeline_->source().heartbeat();
  for (int i = 0; i < 20; ++i) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  EXPECT_GE(pipeline_->source().heartbeat() - before, 20U);
}

TEST_F(Smoke, TwoHundredProcessesAreReportedOnceEachWithTheirArguments) {
  ExecWatch execs{pipeline_->sink(), names_.comm("true")};
  watch(execs);
  const std::vector<std::string> argv{names_.link("true", "true"), "one", "", "the other word"};
  run(argv, 200, 4, 200);
  EXPECT_EQ(execs.times(argv), 200U) << pipeline_->losses();
  EXPECT_EQ(execs.count(), 200U);
  EXPECT_EQ(execs.cgroups().size(), 1U) << "all of them in the cgroup of the load";
  EXPECT_EQ(exits(account("true")), 200U);
}

}  // namespace
}  // namespace procledger::test
