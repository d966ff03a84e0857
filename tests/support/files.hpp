// SPDX-License-Identifier: Apache-2.0
// Small files, and a directory that its object removes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace procledger::test {

[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path);
Result<void> write_file(const std::filesystem::path& path, std::string_view text);

/// The parts of a text between separators, without empty parts.
[[nodiscard]] std::vector<std::string> words(std::string_view text, std::string_view separators);

/// An anonymous file in memory, for the output of a child and its descendants. They never block on it, and each write is kept whole.
[[nodiscard]] UniqueFd memory_file(const char* name);
/// The contents of the file so far.
[[nodiscard]] std::string contents(const UniqueFd& file);

/// A new directory for temporary files. The destructor removes the directory and its contents.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace procledger::test
