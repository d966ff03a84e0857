// SPDX-License-Identifier: Apache-2.0
// Helpers for the readers and parsers of this module.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"

namespace procledger::procfs {

/// Reads a whole file to its end. stat(2) reports no size for files of /proc.
/// @error  kGone, kPermission or kIo, with the path in the message
[[nodiscard]] Result<std::string> read_file(const std::string& path);

/// Reads the rest of an open file.
/// @param path  for error messages
[[nodiscard]] Result<std::string> read_rest(const UniqueFd& file, const std::string& path);

/// The beginning of a file.
struct Prefix {
  std::string text;
  bool cut{};  ///< the file has more
};

/// Reads the first `max_bytes` of an open file whose length another process chooses. Reads at most one byte more and keeps no spare memory.
/// @param path  for error messages
[[nodiscard]] Result<Prefix> read_prefix(const UniqueFd& file, const std::string& path, std::size_t max_bytes);

/// A long operation calls this function from time to time. False: stop, the result is no longer needed. The function may sleep.
using GoOn = std::function<bool()>;

/// Reads a file line by line and never holds all of it. Lines longer than 4 KiB and a last line without an end are skipped: no table of the
/// kernel has such lines. Stops early without an error when `go_on` returns false.
[[nodiscard]] Result<void> each_line(const UniqueFd& file, const std::string& path, const GoOn& go_on,
                                     const std::function<void(std::string_view)>& visit);

/// Ticks per second in the files of /proc.
[[nodiscard]] std::uint64_t user_hz();

/// Removes the next word from the front of `rest` and returns it. Any run of blanks separates words. Empty at the end.
[[nodiscard]] std::string_view take_word(std::string_view& rest);

/// The result of reading a file: its text, or the errno of the failed call.
struct ReadText {
  std::string_view text;  ///< valid until the next read
  int error{};
  [[nodiscard]] explicit operator bool() const { return error == 0; }
};

/// Reads many small files, one after the other, into one buffer. Owns the buffer. The proc and taskstats sources use it.
class Reader {
 public:
  Reader() : buffer_(std::size_t{16} * 1024) {}

  /// Reads a whole file. An error has no message, because files of exited processes vanish up to ten thousand times a second.
  /// @param dir  directory that a relative name starts from, or AT_FDCWD
  [[nodiscard]] ReadText read(int dir, const char* name);

 private:
  std::vector<char> buffer_;
};

}  // namespace procledger::procfs
