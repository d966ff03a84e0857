// SPDX-License-Identifier: Apache-2.0
// Starts a command with the environment that it would have without this program.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace procledger::spawn {

/// A started command.
struct Launched {
  pid_t pid{};                ///< a child of this process, which must reap it
  std::uint64_t began_ns{};   ///< CLOCK_BOOTTIME, just before the fork
  std::int32_t exec_errno{};  ///< 0: the command runs; else the error of exec, and the child is about to exit
};

/// Starts commands through a helper process. Owns the helper. The helper is forked before this process has anything that a command must not
/// get: rights, limits, signal masks, descriptors, memory. The helper forks each command as a child of this process (CLONE_PARENT). So the
/// command has the parent that the user expects, its peak memory excludes the memory of this process (the kernel counts memory from before
/// the exec), and nothing has to be undone. The `run` command calls it.
class Launcher {
 public:
  /// Starts the helper. Call it before anything else.
  [[nodiscard]] static Result<Launcher> start(const std::vector<std::string>& command);

  Launcher(Launcher&& other) noexcept;
  Launcher& operator=(Launcher&&) = delete;
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;
  /// Ends the helper. Commands continue.
  ~Launcher();

  /// Starts the command and waits for its exec.
  /// @error  kIo: the fork failed
  [[nodiscard]] Result<Launched> launch();

  [[nodiscard]] pid_t helper() const { return helper_; }

 private:
  Launcher(pid_t helper, UniqueFd control) : helper_{helper}, control_{std::move(control)} {}

  pid_t helper_{-1};
  UniqueFd control_;
};

/// The name of a command before it runs: the last component of its path.
[[nodiscard]] std::string program_name(const std::string& file);

}  // namespace procledger::spawn
