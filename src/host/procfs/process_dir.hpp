// SPDX-License-Identifier: Apache-2.0
// One process through /proc, so that what is read is surely of that process: an open directory never becomes that of a later process
// with the same number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace procledger::procfs {

class ProcessDir {
 public:
  /// The process that has this number and was born at that time. When its main thread has ended and others live on, this is the
  /// directory of one of those: memory and files are theirs now.
  /// @param root  where procfs is mounted
  /// @param birth_ns  CLOCK_BOOTTIME; compared as /proc shows it, in ticks
  /// @error  kGone: it has ended, or somebody else has its number; else as the system call
  [[nodiscard]] static Result<ProcessDir> open(const std::string& root, std::uint32_t tgid, std::uint64_t birth_ns);

  /// @error  kGone: the process has ended, or there is no such file
  [[nodiscard]] Result<std::string> read(const std::string& name) const;
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
