// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/render.hpp"

#include <gtest/gtest.h>

namespace procledger::stats {
namespace {

const Values kValues{{"threads", 3}, {"cpu.user", 0.1 + 0.2}, {"memory.vms", 9e12}, {"fds_per_sec", -0.5}};

TEST(StatsRender, OneKeyALineSortedAndWholeNumbersWhole) {
  EXPECT_EQ(as_text(kValues), "cpu.user 0.3\nfds_per_sec -0.5\nmemory.vms 9000000000000\nthreads 3\n");
}

TEST(StatsRender, TableHasUnitsForReaders) {
  const Values values{{"conns.tcp.total", 2},
                      {"cpu.percent", 12.345},
                      {"cpu.user", 0.25},
                      {"cpu.user_per_sec", 0.03125},
                      {"fds_per_sec", -0.5},
                      {"fetch_time", 1.5},
                      {"io_counters.read_count", 12345},
                      {"io_counters.write_bytes", 1536},
                      {"io_counters.write_bytes_per_sec", 512},
                      {"memory.percent", 0.5},
                      {"memory.percent_per_sec", -0.001},
                      {"memory.rss", 3.0 * (1 << 30)},
                      {"memory.rss_per_sec", -4096}};
  EXPECT_EQ(as_table(values),
            "conns.tcp.total                         2\n"
            "cpu.percent                         12.35 %\n"
            "cpu.user                         0.250000 s\n"
            "cpu.user_per_sec                   0.0312 CPUs\n"
            "fds_per_sec                          -0.5 /s\n"
            "fetch_time                          1.500 s\n"
            "io_counters.read_count             12,345\n"
            "io_counters.write_bytes               1.5 KiB\n"
            "io_counters.write_bytes_per_sec       512 B/s\n"
            "memory.percent                       0.50 %\n"
            "memory.percent_per_sec               0.00 %/s\n"
            "memory.rss                            3.0 GiB\n"
            "memory.rss_per_sec                   -4.0 KiB/s\n");
  EXPECT_EQ(as_table({}), "");
}

TEST(StatsRender, OneObject) {
  EXPECT_EQ(as_json(kValues), "{\n  \"cpu.user\": 0.3,\n  \"fds_per_sec\": -0.5,\n  \"memory.vms\": 9000000000000,\n  \"threads\": 3\n}\n");
}

TEST(StatsRender, Lists) {
  const std::vector<ProcessKey> processes{{.pid = 7, .start_boottime_ns = 1}, {.pid = 42, .start_boottime_ns = 2}};
  EXPECT_EQ(pids_as_text(processes), "7\n42\n");
  EXPECT_EQ(pids_as_json(processes), "[7,42]\n");
}

}  // namespace
}  // namespace procledger::stats
