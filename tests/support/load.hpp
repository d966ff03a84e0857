// SPDX-License-Identifier: Apache-2.0
// A load of known programs in its own cgroup. Each program has a unique name on the host, so that the groups of these names together must
// show exactly the time that the kernel charged to the cgroup.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "support/child.hpp"
#include "support/cpu_cgroup.hpp"
#include "support/files.hpp"

namespace procledger::test {

/// Unique comms: links "<prefix><name>" to programs. A prefix has 7 bytes, which leaves 8 bytes for the name.
class UniqueNames {
 public:
  UniqueNames();

  [[nodiscard]] const std::string& prefix() const { return prefix_; }
  [[nodiscard]] std::string comm(const std::string& name) const { return prefix_ + name; }
  /// A path that runs `target` (a test program or an absolute path) under the comm `prefix + name`.
  [[nodiscard]] std::string link(const std::string& name, const std::string& target) const;

 private:
  TempDir directory_;
  std::string prefix_;
};

/// The children of the launcher, by their exit.
struct LoadResult {
  std::uint64_t ok{};
  std::uint64_t error{};
  std::uint64_t signal{};
  std::string out;  ///< stdout of all programs
};

/// A launcher that runs in the cgroup under a unique name and blocks until `go`. While the launcher waits, both counts are an exact
/// baseline. Children run in the group of the launcher until their exec; this group has the prefix, too.
class Load {
 public:
  /// Starts a launcher that will run `argv` `count` times, `parallel` at a time.
  [[nodiscard]] static Result<Load> prepare(const UniqueNames& names, std::uint64_t count, std::uint64_t parallel,
                                            std::vector<std::string> argv, std::optional<int> cpu = std::nullopt);

  [[nodiscard]] const CpuCgroup& cgroup() const { return *cgroup_; }
  [[nodiscard]] pid_t launcher() const { return launcher_.pid(); }

  void go();
  /// Waits until the launcher has exited and the cgroup is empty.
  /// @error kIo: not in time, or the launcher failed
  [[nodiscard]] Result<LoadResult> wait(std::chrono::milliseconds deadline);

 private:
  Load(std::unique_ptr<CpuCgroup> cgroup, Child launcher, UniqueFd ready, UniqueFd go)
      : cgroup_{std::move(cgroup)}, launcher_{std::move(launcher)}, ready_{std::move(ready)}, go_{std::move(go)} {}

  std::unique_ptr<CpuCgroup> cgroup_;  // outlives the launcher
  Child launcher_;
  UniqueFd ready_;
  UniqueFd go_;
};

}  // namespace procledger::test
