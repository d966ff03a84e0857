// SPDX-License-Identifier: Apache-2.0
#include "sources/bpf/ring_buffer.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "support/null_sink.hpp"

namespace procledger::bpf {
namespace {

class SpillRecorder final : public test::NullSink {
 public:
  void on_exit(const event::TaskExit& final) override { exit_times.push_back(final.exit_boottime_ns); }
  std::vector<std::uint64_t> exit_times;
};

pl_dead exit_at(std::uint64_t time_ns) {
  pl_dead record{};
  record.event.time_ns = time_ns;
  return record;
}

TEST(Spill, EmitsExitsInTheirOrder) {
  Spill spill;
  SpillRecorder sink;
  for (const std::uint64_t time : {30u, 10u, 20u}) spill.add(exit_at(time));
  spill.emit_before(25, sink);
  EXPECT_EQ(sink.exit_times, (std::vector<std::uint64_t>{10, 20}));
  spill.emit_before(25, sink);
  EXPECT_EQ(sink.exit_times.size(), 2u) << "each once";
  EXPECT_FALSE(spill.empty());
}

TEST(Spill, LaterArrivalsThatExitedEarlierComeFirst) {
  Spill spill;
  SpillRecorder sink;
  for (const std::uint64_t time : {10u, 30u}) spill.add(exit_at(time));
  spill.emit_before(15, sink);
  spill.add(exit_at(20));
  spill.emit_before(100, sink);
  EXPECT_EQ(sink.exit_times, (std::vector<std::uint64_t>{10, 20, 30}));
  EXPECT_TRUE(spill.empty());
  spill.emit_before(1000, sink);
  EXPECT_EQ(sink.exit_times.size(), 3u);
}

}  // namespace
}  // namespace procledger::bpf
