// SPDX-License-Identifier: Apache-2.0
// The heartbeat, which distinguishes a quiet host from a hook that is gone.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "sources/bpf/bpf_source.hpp"
#include "support/host.hpp"

namespace procledger::test {
namespace {

TEST(Heartbeat, EverySwitchOutIsSeen) {
  PROCLEDGER_REQUIRE_BPF();
  const auto source = bpf::open_bpf_source({});
  ASSERT_TRUE(source) << source.error().message;
  constexpr std::uint64_t kSleeps = 100;
  const std::uint64_t before = (*source)->heartbeat();
  for (std::uint64_t i = 0; i < kSleeps; ++i) std::this_thread::sleep_for(std::chrono::microseconds{100});
  // Each sleep is two switches, out and in.
  EXPECT_GE((*source)->heartbeat() - before, 2 * kSleeps);
}

}  // namespace
}  // namespace procledger::test
