// SPDX-License-Identifier: Apache-2.0
// Test processes: a tree in the form of /proc, and a CPU clock. A sink that keeps all events.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/event/sink.hpp"
#include "sources/proc/cpu_clock.hpp"
#include "sources/proc/proc_scanner.hpp"
#include "support/null_sink.hpp"
#include "support/proc_tree.hpp"

namespace procledger::proc {

inline constexpr std::uint64_t kMs = 1'000'000;
inline constexpr std::uint64_t kTickNs = 10 * kMs;

class FakeClock final : public CpuClock {
 public:
  std::optional<std::uint64_t> process_ns(std::uint32_t tgid) override {
    if (on_read) on_read(tgid);
    const auto at = ms.find(tgid);
    return at == ms.end() ? std::nullopt : std::optional{at->second * kMs};
  }
  std::map<std::uint32_t, std::uint64_t> ms;
  std::function<void(std::uint32_t)> on_read;
};

/// The files of a thread.
struct FakeThread {
  std::uint32_t tid{};
  std::uint64_t cpu_ms{};
  std::uint64_t birth_ticks{};
  char state{'S'};
  std::string comm{"prog"};
  std::uint64_t written{};
};

struct FakeProcess {
  std::uint32_t pid{};
  std::uint32_t ppid{1};
  std::uint64_t birth_ticks{};
  std::uint64_t children_ticks{};     ///< in user mode
  std::vector<FakeThread> threads{};  ///< leader first
  std::uint64_t clock_ms{};           ///< 0: the sum over threads
  std::string cgroup{"/"};
  std::string sigign{"0000000000000000"};
};

class FakeProcesses {
 public:
  /// A process with one thread.
  [[nodiscard]] static FakeProcess single(std::uint32_t pid, std::uint64_t birth_ticks, std::uint64_t cpu_ms, std::uint32_t ppid = 1) {
    return {.pid = pid, .ppid = ppid, .birth_ticks = birth_ticks, .threads = {{.tid = pid, .cpu_ms = cpu_ms, .birth_ticks = birth_ticks}}};
  }

  void put(const FakeProcess& process) {
    const std::string dir = std::to_string(process.pid);
    tree.remove(dir);
    std::uint64_t sum = 0;
    for (const FakeThread& thread : process.threads) {
      sum += thread.cpu_ms;
      const std::string task = dir + "/task/" + std::to_string(thread.tid);
      tree.file(task + "/stat", stat(process, thread));
      tree.file(task + "/schedstat", std::to_string(thread.cpu_ms * kMs) + " " + std::to_string(thread.cpu_ms) + " 1\n");
      tree.file(task + "/status", "Name:\tx\nUid:\t0\t7\t0\t0\n" +
                                      std::string{thread.state == 'Z' ? "" : "RssAnon:\t 4 kB\nVmSize:\t 8 kB\n"} + "SigIgn:\t" +
                                      process.sigign + "\nvoluntary_ctxt_switches:\t" + std::to_string(thread.cpu_ms) + "\n");
      tree.file(task + "/io", "rchar: 0\nwchar: " + std::to_string(thread.written) +
                                  "\nsyscr: 0\nsyscw: 0\nread_bytes: 0\nwrite_bytes: 0\ncancelled_write_bytes: 0\n");
      tree.file(task + "/fd/0", "");
      tree.file(task + "/fd/1", "");
    }
    tree.file(dir + "/stat", stat(process, process.threads.front()));
    tree.file(dir + "/limits", "Limit Soft Hard\nMax open files            1024                 4096                 files\n");
    tree.file(dir + "/cgroup", "0::" + process.cgroup + "\n");
    clock.ms[process.pid] = process.clock_ms != 0 ? process.clock_ms : sum;
  }
  void remove(std::uint32_t pid) {
    tree.remove(std::to_string(pid));
    clock.ms.erase(pid);
  }

  test::ProcTree tree;
  FakeClock clock;

 private:
  static std::string stat(const FakeProcess& process, const FakeThread& thread) {
    return std::to_string(thread.tid) + " (" + thread.comm + ") " + thread.state + " " + std::to_string(process.ppid) +
           " 0 0 0 -1 0 0 0 0 0 0 0 " + std::to_string(process.children_ticks) + " 0 20 0 " + std::to_string(process.threads.size()) +
           " 0 " + std::to_string(thread.birth_ticks) + " 0 0\n";
  }
};

/// All events of a scan.
struct ScanEvents final : test::NullSink {
  void on_sample(const event::Observation& seen) override { samples.push_back(seen); }
  void on_exit(const event::TaskExit& final) override { exits.push_back(final); }
  void on_release(const event::TaskRelease& end) override { releases.push_back(end); }
  void on_zombie(const event::Zombie& zombie) override { zombies.push_back(zombie); }
  void on_process_usage(const event::ProcessUsage& holding) override { holdings.push_back(holding); }
  void on_estimated(const event::Estimated& used) override { estimated.push_back(used); }

  /// The last sample of a task, or null.
  [[nodiscard]] const event::Observation* sample(std::uint64_t handle) const {
    const event::Observation* found = nullptr;
    for (const auto& seen : samples) found = seen.task.handle == handle ? &seen : found;
    return found;
  }
  [[nodiscard]] const event::Observation* exit_of(std::uint64_t handle) const {
    for (const auto& final : exits) {
      if (final.task.task.handle == handle) return &final.task;
    }
    return nullptr;
  }

  std::vector<event::Observation> samples;
  std::vector<event::TaskExit> exits;
  std::vector<event::TaskRelease> releases;
  std::vector<event::Zombie> zombies;
  std::vector<event::ProcessUsage> holdings;
  std::vector<event::Estimated> estimated;
};

}  // namespace procledger::proc
