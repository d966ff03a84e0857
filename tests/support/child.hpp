// SPDX-License-Identifier: Apache-2.0
// A child process that is always reaped.
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
  std::optional<int> cpu;                    ///< the one CPU to run on
  std::vector<std::pair<int, int>> inherit;  ///< {our descriptor, its number in the child}; numbers from 10 up
};

/// How a child ended, and what it said.
struct Outcome {
  int status{};  ///< as wait(2) gives it
  std::string out;
  std::string err;
  std::chrono::milliseconds took{};

  /// The exit code; -1 when a signal ended it.
  [[nodiscard]] int exit_code() const;
};

class Child {
 public:
  /// Runs a program with its stdin empty and its stdout and stderr kept in memory.
  [[nodiscard]] static Result<Child> spawn(const SpawnOptions& options);

  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  /// Kills it if it still runs.
  ~Child();

  [[nodiscard]] pid_t pid() const { return pid_; }
  void send(int signal) const;
  /// Waits until it sleeps: at that moment all it has run is charged.
  [[nodiscard]] bool falls_asleep() const { return reaches('S'); }
  /// Waits until a signal has stopped it: at that moment all it has run is charged.
  [[nodiscard]] bool stops() const { return reaches('T'); }
  /// Waits for its end and reaps it. Nothing when it outlives the deadline.
  [[nodiscard]] std::optional<Outcome> wait(std::chrono::milliseconds deadline);
  [[nodiscard]] std::string out() const;  ///< so far
  [[nodiscard]] std::string err() const;  ///< so far

 private:
  Child() = default;
  void put_down();
  /// Waits for a state, by the letter of /proc/PID/stat.
  [[nodiscard]] bool reaches(char state) const;

  pid_t pid_{-1};  ///< -1 once reaped
  std::chrono::steady_clock::time_point started_;
  UniqueFd pidfd_;
  UniqueFd out_;
  UniqueFd err_;
};

/// Runs a command to its end, or kills it at the deadline.
/// @error kIo: it could not be started, or did not end in time.
[[nodiscard]] Result<Outcome> run_command(std::vector<std::string> argv, std::chrono::milliseconds deadline = std::chrono::minutes{2});

}  // namespace procledger::test
