// SPDX-License-Identifier: Apache-2.0
// The cost of decoding records of the kernel into events, with a sink that does nothing.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "sources/bpf/decoder.hpp"

namespace procledger::bench {
namespace {

class Discard final : public event::Sink {
 public:
  void on_fork(const event::Forked& fork) override { benchmark::DoNotOptimize(&fork); }
  void on_exec(const event::Execed& exec) override { benchmark::DoNotOptimize(&exec); }
  void on_rename(const event::Changed& change) override { benchmark::DoNotOptimize(&change); }
  void on_move(const event::Changed& change) override { benchmark::DoNotOptimize(&change); }
  void on_exit(const event::TaskExit& final) override { benchmark::DoNotOptimize(&final); }
  void on_release(const event::TaskRelease& release) override { benchmark::DoNotOptimize(&release); }
  void on_cgroup_named(const event::CgroupNamed&) override {}
  void on_cgroup_removed(std::uint64_t) override {}
  void begin_scan(std::uint64_t, event::Zombies) override {}
  void on_sample(const event::Observation& seen) override { benchmark::DoNotOptimize(&seen); }
  void on_zombie(const event::Zombie&) override {}
  void on_process_usage(const event::ProcessUsage&) override {}
  void on_unattributed(const event::UnattributedExits&) override {}
  void on_estimated(const event::Estimated&) override {}
  void end_scan(std::uint64_t) override {}
};

pl_task some_task() {
  pl_task task{};
  task.task = 0xffff'8881'0000'1000;
  task.signal = 0xffff'8881'0000'2000;
  task.start_boottime_ns = 77;
  task.usage.cpu_ns = 1'000;
  task.usage.utime_ns = 600;
  task.usage.stime_ns = 400;
  task.tid = task.tgid = 42;
  task.live = 1;
  task.flags = PL_LEADER;
  task.valid = PL_HAS_TICKS | PL_HAS_CGROUP | PL_HAS_PARENT;
  std::memcpy(task.comm, "worker", sizeof("worker"));
  return task;
}

template <typename Record>
pl_event header(pl_kind kind, std::size_t tail = 0) {
  return {.kind = kind, .size = static_cast<__u32>(sizeof(Record) + tail), .time_ns = 1'000};
}

template <typename Record>
std::vector<std::byte> bytes_of(const Record& record, std::size_t tail = 0) {
  std::vector<std::byte> bytes(sizeof(record) + tail);
  std::memcpy(bytes.data(), &record, sizeof(record));
  return bytes;
}

void deliver_all(benchmark::State& state, const std::vector<std::byte>& record) {
  Discard sink;
  bpf::Decoder decoder;
  for (auto _ : state) {
    const auto delivered = decoder.deliver(record, sink);
    if (!delivered) {
      state.SkipWithError(delivered.error().message.c_str());
      break;
    }
  }
}

void wire_fork(benchmark::State& state) {
  pl_fork fork{};
  fork.event = header<pl_fork>(PL_FORK);
  fork.task = some_task();
  deliver_all(state, bytes_of(fork));
}
BENCHMARK(wire_fork);

void wire_exec(benchmark::State& state) {
  constexpr std::string_view kFilename = "/usr/bin/true";
  pl_exec exec{};
  exec.event = header<pl_exec>(PL_EXEC, PL_ARGS_SHORT);
  exec.task = some_task();
  exec.task.valid |= PL_HAS_ARGS;
  kFilename.copy(exec.filename, kFilename.size());
  exec.filename_len = kFilename.size();
  exec.args_len = 5;
  deliver_all(state, bytes_of(exec, PL_ARGS_SHORT));
}
BENCHMARK(wire_exec);

void wire_exit(benchmark::State& state) {
  pl_dead dead{};
  dead.event = header<pl_dead>(PL_DEAD);
  dead.task = some_task();
  dead.task.flags |= PL_DIED;
  deliver_all(state, bytes_of(dead));
}
BENCHMARK(wire_exit);

void wire_sample(benchmark::State& state) {
  const pl_task task = some_task();
  for (auto _ : state) {
    const event::Observation seen = bpf::decode(task);
    benchmark::DoNotOptimize(&seen);
  }
}
BENCHMARK(wire_sample);

}  // namespace
}  // namespace procledger::bench
