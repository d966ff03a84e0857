// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/render.hpp"

#include <gtest/gtest.h>

namespace procledger::stats {
namespace {

const Figures kFigures{{"threads", 3}, {"cpu.user", 0.1 + 0.2}, {"memory.vms", 9e12}, {"fds_per_sec", -0.5}};

TEST(StatsRender, OneKeyALineSortedAndWholeNumbersWhole) {
  EXPECT_EQ(as_text(kFigures), "cpu.user 0.3\nfds_per_sec -0.5\nmemory.vms 9000000000000\nthreads 3\n");
}

TEST(StatsRender, OneObject) {
  EXPECT_EQ(as_json(kFigures),
            "{\n  \"cpu.user\": 0.3,\n  \"fds_per_sec\": -0.5,\n  \"memory.vms\": 9000000000000,\n  \"threads\": 3\n}\n");
}

TEST(StatsRender, Lists) {
  const std::vector<ProcessKey> processes{{.pid = 7, .birth_ns = 1}, {.pid = 42, .birth_ns = 2}};
  EXPECT_EQ(pids_as_text(processes), "7\n42\n");
  EXPECT_EQ(pids_as_json(processes), "[7,42]\n");
}

}  // namespace
}  // namespace procledger::stats
