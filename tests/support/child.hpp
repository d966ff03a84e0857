// SPDX-License-Identifier: Apache-2.0
// A child process that its object always reaps.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace procledger::test {

struct SpawnOptions {
  std::vector<std::string> argv;             ///< argv[0] is the file to run, looked up in PATH
  std::string cgroup_procs;                  ///< cgroup.procs of a cgroup to join before exec
  std::optional<int> cpu;                    ///< the only CPU to run on
  std::vector<std::pair<int, int>> inherit;  ///< {descriptor here, number in the child}; numbers from 10 up
};

/// The exit and the output of a child.
struct Outcome {
  int status{};  ///< as wait(2) returns it
  std::string out;
  std::string err;
  std::chrono::milliseconds took{};

  /// The exit code; -1 if a signal ended the child.
  [[nodiscard]] int exit_code() const;
};

class Child {
 public:
  /// Runs a program with an empty stdin. Stdout and stderr are kept in memory.
  [[nodiscard]] static Result<Child> spawn(const SpawnOptions& options);

  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  /// Kills the child if it still runs.
  ~Child();

  [[nodiscard]] pid_t pid() const { return pid_; }
  void send(int signal) const;
  /// Waits until the child sleeps. Then the kernel has charged all its CPU time.
  [[nodiscard]] bool falls_asleep() const { return reaches('S'); }
  /// Waits until a signal has stopped the child. Then the kernel has charged all its CPU time.
  [[nodiscard]] bool stops() const { return reaches('T'); }
  /// Waits for the exit of the child and reaps it. Absent if the child outlives the deadline.
  [[nodiscard]] std::optional<Outcome> wait(std::chrono::milliseconds deadline);
  [[nodiscard]] std::string out() const;  ///< so far
  [[nodiscard]] std::string err() const;  ///< so far

 private:
  Child() = default;
  void put_down();
  /// Waits for a state of /proc/PID/stat.
  [[nodiscard]] bool reaches(char state) const;

  pid_t pid_{-1};  ///< -1 once reaped
  std::chrono::steady_clock::time_point started_;
  UniqueFd pidfd_;
  UniqueFd out_;
  UniqueFd err_;
};

/// Runs a command until its exit, or kills it at the deadline.
/// @error kIo: the command cannot be started, or did not exit in time.
[[nodiscard]] Result<Outcome> run_command(std::vector<std::string> argv, std::chrono::milliseconds deadline = std::chrono::minutes{2});

}  // namespace procledger::test
