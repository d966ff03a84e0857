// SPDX-License-Identifier: Apache-2.0
// Reads files of one process from /proc. An open directory never becomes that of a later process with the same PID, so all data is of that
// process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/unique_fd.hpp"
#include "host/procfs/file.hpp"

namespace procledger::procfs {

/// Max bytes of `cmdline` and `environ` of a process. A kernel record carries as many (bpf/wire.h), so every source has the same data.
inline constexpr std::size_t kMaxArgsBytes = 2048;
inline constexpr std::size_t kMaxEnvBytes = 8192;

/// Owns the open directory of one process. Sources, the background sampler and the grouping lookups open it.
class ProcessDir {
 public:
  /// Opens the process with this PID and start time. If its main thread has exited and other threads live, the directory is that of a live
  /// thread, which still has memory and files.
  /// @param root  mount point of procfs
  /// @param start_boottime_ns  CLOCK_BOOTTIME; compared in ticks, as /proc shows it
  /// @error  kGone: the process has ended, or another process has its PID; else as the system call
  [[nodiscard]] static Result<ProcessDir> open(const std::string& root, std::uint32_t tgid, std::uint64_t start_boottime_ns);

  /// Reads a whole file that the kernel keeps short. `cmdline` and `environ` are not short: see read_prefix.
  /// @error  kGone: the process has ended, or the file does not exist
  [[nodiscard]] Result<std::string> read(const std::string& name) const;
  /// Reads the beginning of `cmdline` or `environ`. The process chooses their length: prctl(PR_SET_MM_MAP) needs no right and allows any
  /// length, so neither file is ever read to its end.
  /// @error  kGone: the process has ended, or the file does not exist
  [[nodiscard]] Result<Prefix> read_prefix(const std::string& name, std::size_t max_bytes) const;
  [[nodiscard]] Result<UniqueFd> open_file(const std::string& name) const;
  [[nodiscard]] Result<DirStream> list(const std::string& name) const;

  /// The target of a symbolic link, cut at 255 bytes. The links used here are short.
  [[nodiscard]] Result<std::string> link(const std::string& name) const;

  /// Relative path of the directory with all threads of the process.
  [[nodiscard]] const std::string& tasks() const { return tasks_; }

  /// The path, for system calls that take only paths and for messages. Another process may have its PID by now.
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit ProcessDir(std::string path, UniqueFd dir) : path_{std::move(path)}, dir_{std::move(dir)} {}
  [[nodiscard]] static Result<ProcessDir> open_path(std::string path);
  [[nodiscard]] Result<ProcessDir> living_thread(std::string_view leader) const;

  std::string path_;
  UniqueFd dir_;
  std::string tasks_{"task"};  ///< "..": the directory is a thread's, which has no `task`
};

}  // namespace procledger::procfs
