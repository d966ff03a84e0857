// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/sums.hpp"

#include <gtest/gtest.h>

namespace procledger::stats {
namespace {

using procfs::Protocol;
using procfs::SocketState;

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kHostBytes = 1'000'000;

Reading reading(std::uint64_t at_ns) {
  Reading reading;
  reading.taken = {.state_ns = at_ns, .usage_ns = at_ns, .sockets_ns = at_ns};
  reading.cpu = {.user_ns = 3 * kSecond, .system_ns = kSecond};
  reading.memory = {.mapped = 5000, .resident = 2000, .shared = 300, .text = 400, .data = 600};
  reading.threads = 2;
  reading.fds = 7;
  reading.by_thread = {{10, {.start_boottime_ns = 1, .io = Io{1, 2, 3, 4}, .switches = {.voluntary = 5, .involuntary = 6}}}};
  reading.with_children = Io{.read_calls = 1, .write_calls = 2, .read_bytes = 3, .written_bytes = 4};
  reading.sockets = sampler::SocketCounts{{{Protocol::kTcp, SocketState::kListen}, 1},
                                          {{Protocol::kTcp, SocketState::kEstablished}, 2},
                                          {{Protocol::kUdp, SocketState::kUnconnected}, 3},
                                          {{Protocol::kUnix, SocketState::kConnected}, 4},
                                          {{Protocol::kOther, SocketState::kNone}, 5}};
  return reading;
}

Values once(const Reading& each) {
  return sum_up({{.before = std::nullopt, .after = each, .followed = std::nullopt}}, kHostBytes, true).values;
}

TEST(StatsSums, EveryKeyOfOneReading) {
  const Values values = without_zeros(once(reading(0)), false);
  const Values expected{{"total_processes", 1},
                        {"memory.rss", 2000},
                        {"memory.vms", 5000},
                        {"memory.shared", 300},
                        {"memory.text", 400},
                        {"memory.data", 600},
                        {"memory.percent", 0.2},
                        {"cpu.user", 3},
                        {"cpu.system", 1},
                        {"ctx_switches.voluntary", 5},
                        {"ctx_switches.involuntary", 6},
                        {"io_counters.read_count", 1},
                        {"io_counters.write_count", 2},
                        {"io_counters.read_bytes", 3},
                        {"io_counters.write_bytes", 4},
                        {"threads", 2},
                        {"fds", 7},
                        {"conns.tcp.total", 3},
                        {"conns.tcp.listen", 1},
                        {"conns.tcp.established", 2},
                        {"conns.udp.total", 3},
                        {"conns.unix_sockets.total", 4}};
  EXPECT_EQ(values, expected);
}

TEST(StatsSums, ProcessesAddUp) {
  const Sums sums = sum_up({{.before = std::nullopt, .after = reading(0), .followed = std::nullopt},
                            {.before = std::nullopt, .after = reading(0), .followed = std::nullopt}},
                           kHostBytes, true);
  EXPECT_EQ(sums.values.at("total_processes"), 2);
  EXPECT_EQ(sums.values.at("memory.rss"), 4000);
  EXPECT_EQ(sums.values.at("conns.tcp.established"), 4);
  EXPECT_TRUE(sums.partial.empty());
}

TEST(StatsSums, RatesAreGrowthOverTheTimeBetween) {
  Reading after = reading(2 * kSecond);
  after.cpu.user_ns += kSecond;
  after.memory.resident += 100;
  after.fds = 5;
  after.with_children->written_bytes += 10;
  const Values values = sum_up({{.before = reading(0), .after = after, .followed = std::nullopt}}, kHostBytes, true).values;
  EXPECT_EQ(values.at("cpu.user_per_sec"), 0.5);
  EXPECT_EQ(values.at("cpu.percent"), 50);
  EXPECT_EQ(values.at("memory.rss_per_sec"), 50);
  EXPECT_EQ(values.at("fds_per_sec"), -1);
  EXPECT_EQ(values.at("io_counters.write_bytes_per_sec"), 5);
  EXPECT_EQ(values.at("io_counters.write_bytes"), 14) << "the sum of the second reading";
  EXPECT_EQ(values.at("conns.tcp.listen_per_sec"), 0);
  EXPECT_FALSE(values.contains("total_processes_per_sec"));
}

// A delayed reading keeps the time of each of its parts.
TEST(StatsSums, EachPartHasTheTimeItWasSeen) {
  Reading after = reading(2 * kSecond);
  after.taken.state_ns = kSecond;
  after.taken.sockets_ns = 4 * kSecond;
  after.cpu.user_ns += kSecond;
  after.fds = 9;
  ++(*after.sockets)[{Protocol::kTcp, SocketState::kListen}];
  const Values values = sum_up({{.before = reading(0), .after = after, .followed = std::nullopt}}, kHostBytes, true).values;
  EXPECT_EQ(values.at("cpu.percent"), 50);
  EXPECT_EQ(values.at("fds_per_sec"), 2);
  EXPECT_EQ(values.at("conns.tcp.listen_per_sec"), 0.25);
}

TEST(StatsSums, WhoFollowedHasATimeOfItsOwn) {
  event::TaskCounters used;
  used.call_writes = 30;
  const Values values =
      sum_up({{.before = reading(0), .after = reading(2 * kSecond), .followed = Followed{used, 3 * kSecond}}}, kHostBytes, true).values;
  EXPECT_EQ(values.at("io_counters.write_count_per_sec"), 10);
  EXPECT_EQ(values.at("io_counters.write_count"), 32);
}

TEST(StatsSums, WhatCannotBeReadIsAbsentAndSaid) {
  Reading hidden = reading(0);
  hidden.fds.reset();
  hidden.sockets.reset();
  hidden.with_children.reset();
  const Sums sums = sum_up({{.before = std::nullopt, .after = hidden, .followed = std::nullopt}}, kHostBytes, true);
  EXPECT_FALSE(sums.values.contains("fds"));
  EXPECT_FALSE(sums.values.contains("io_counters.read_bytes"));
  EXPECT_FALSE(sums.values.contains("conns.tcp.total"));
  EXPECT_EQ(sums.partial, (std::map<std::string, std::uint64_t>{{"conns", 1}, {"fds", 1}, {"io_counters", 1}}));
  const Sums unasked = sum_up({{.before = std::nullopt, .after = hidden, .followed = std::nullopt}}, kHostBytes, false);
  EXPECT_FALSE(unasked.partial.contains("conns"));
}

TEST(StatsSums, ZerosGoButTheImportantOnesOnRequest) {
  const Values values{{"cpu.percent", 0}, {"io_counters.write_bytes_per_sec", 0}, {"memory.lib", 0}, {"threads", 1}};
  EXPECT_EQ(without_zeros(values, false), (Values{{"threads", 1}}));
  EXPECT_EQ(without_zeros(values, true), (Values{{"cpu.percent", 0}, {"io_counters.write_bytes_per_sec", 0}, {"threads", 1}}));
}

}  // namespace
}  // namespace procledger::stats
