// SPDX-License-Identifier: Apache-2.0
// One process through /proc, so that what is read is surely of that process: an open directory never becomes that of a later process
// with the same number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/unique_fd.hpp"
#include "host/procfs/file.hpp"

namespace procledger::procfs {

/// Bytes of `cmdline` and `environ` that are kept of a process: as many as a record of the kernel carries (bpf/wire.h), so that every
/// source knows the same.
inline constexpr std::size_t kMaxArgsBytes = 2048;
inline constexpr std::size_t kMaxEnvBytes = 8192;

class ProcessDir {
 public:
  /// The process that has this number and was born at that time. When its main thread has ended and others live on, this is the
  /// directory of one of those: memory and files are theirs now.
  /// @param root  where procfs is mounted
  /// @param birth_ns  CLOCK_BOOTTIME; compared as /proc shows it, in ticks
  /// @error  kGone: it has ended, or somebody else has its number; else as the system call
  [[nodiscard]] static Result<ProcessDir> open(const std::string& root, std::uint32_t tgid, std::uint64_t birth_ns);

  /// A whole file that the kernel keeps short; `cmdline` and `environ` are not: see read_prefix.
  /// @error  kGone: the process has ended, or there is no such file
  [[nodiscard]] Result<std::string> read(const std::string& name) const;
  /// The beginning of `cmdline` or `environ`. Their length is the process's choice: prctl(PR_SET_MM_MAP) needs no right and makes them any
  /// length, so neither is ever read to its end.
  /// @error  kGone: the process has ended, or there is no such file
  [[nodiscard]] Result<Prefix> read_prefix(const std::string& name, std::size_t max_bytes) const;
  [[nodiscard]] Result<UniqueFd> open_file(const std::string& name) const;
  [[nodiscard]] Result<DirStream> list(const std::string& name) const;

  /// What a symbolic link says, which is short for the links that we read; what is longer than 255 bytes is cut.
  [[nodiscard]] Result<std::string> link(const std::string& name) const;

  /// Where, from here, the directories of all its threads are.
  [[nodiscard]] const std::string& tasks() const { return tasks_; }

  /// For system calls that know paths only, and for messages. The number in it may belong to somebody else by now.
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit ProcessDir(std::string path, UniqueFd dir) : path_{std::move(path)}, dir_{std::move(dir)} {}
  [[nodiscard]] static Result<ProcessDir> open_path(std::string path);
  [[nodiscard]] Result<ProcessDir> living_thread(std::string_view leader) const;

  std::string path_;
  UniqueFd dir_;
  std::string tasks_{"task"};  ///< a thread's own directory has none, and is one of them
};

}  // namespace procledger::procfs
