// SPDX-License-Identifier: Apache-2.0
#include "host/sampler/background_sampler.hpp"

#include <gtest/gtest.h>

namespace procledger::sampler {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

class SlowPacer : public testing::Test {
 protected:
  Pacer make(double share) {
    return {share, [this] { return cpu_; }, [this](nanoseconds rest) { rested_ += rest; }};
  }
  nanoseconds cpu_{5s};  // CPU time before the start needs no pause
  nanoseconds rested_{};
};

TEST_F(SlowPacer, RestIsInProportionToWork) {
  Pacer pacer = make(0.05);
  for (int i = 0; i < 100; ++i) {
    cpu_ += 3ms;
    pacer.pace();
  }
  EXPECT_NEAR(static_cast<double>(rested_.count()), 19 * 300e6, 1e6);
}

TEST_F(SlowPacer, SmallBitsOfWorkAreAddedUp) {
  Pacer pacer = make(0.05);
  for (int i = 0; i < 99; ++i) {
    cpu_ += 10us;
    pacer.pace();
  }
  EXPECT_EQ(rested_, 0ns);
  cpu_ += 10us;
  pacer.pace();
  EXPECT_NEAR(static_cast<double>(rested_.count()), 19e6, 1e3);
}

TEST_F(SlowPacer, WholeCpuNeedsNoRest) {
  Pacer pacer = make(1);
  cpu_ += 10s;
  pacer.pace();
  EXPECT_EQ(rested_, 0ns);
}

}  // namespace
}  // namespace procledger::sampler
