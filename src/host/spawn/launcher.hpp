// SPDX-License-Identifier: Apache-2.0
// Starts a command as if this program were not there.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace procledger::spawn {

struct Launched {
  pid_t pid{};                ///< a child of this process, to be reaped by it
  std::uint64_t began_ns{};   ///< CLOCK_BOOTTIME, just before the fork
  std::int32_t exec_errno{};  ///< 0: the command runs; else why it does not, and the child is about to end
};

/// A helper process that was forked before this one had anything that a command must not get: rights, limits, signal masks, descriptors,
/// memory. It forks each command as a child of ours (CLONE_PARENT), so that the command's parent is who the user expects, its peak memory
/// is not ours (the kernel counts what a process had before its exec), and nothing has to be undone for it.
class Launcher {
 public:
  /// Call it first of all.
  [[nodiscard]] static Result<Launcher> start(const std::vector<std::string>& command);

  Launcher(Launcher&& other) noexcept;
  Launcher& operator=(Launcher&&) = delete;
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;
  /// Ends the helper; commands live on.
  ~Launcher();

  /// Starts the command and waits for its exec.
  /// @error  kIo: it could not even be forked
  [[nodiscard]] Result<Launched> launch();

  [[nodiscard]] pid_t helper() const { return helper_; }

 private:
  Launcher(pid_t helper, UniqueFd control) : helper_{helper}, control_{std::move(control)} {}

  pid_t helper_{-1};
  UniqueFd control_;
};

/// What a command is called before it runs: the last part of its path.
[[nodiscard]] std::string program_name(const std::string& file);

}  // namespace procledger::spawn
