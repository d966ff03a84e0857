// SPDX-License-Identifier: Apache-2.0
// Small helpers of this module's readers and parsers.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"

namespace procledger::procfs {

/// The whole file. /proc files have no size that stat(2) would tell, so this reads to the end.
/// @error  kGone, kPermission or kIo, with the path in the message
[[nodiscard]] Result<std::string> read_file(const std::string& path);

/// What is left of an open file.
/// @param path  for the message of an error
[[nodiscard]] Result<std::string> read_rest(const UniqueFd& file, const std::string& path);

/// Asked now and then by whatever may take long. False: give up, nobody wants the answer any more. It may sleep.
using GoOn = std::function<bool()>;

/// Reads a file line by line without ever holding all of it. What is longer than 4 KiB or has no end is no line of any table we know
/// and is left out. Ends early, and well, when `go_on` says no.
[[nodiscard]] Result<void> each_line(const UniqueFd& file, const std::string& path, const GoOn& go_on,
                                     const std::function<void(std::string_view)>& visit);

/// Ticks a second in the files of /proc.
[[nodiscard]] std::uint64_t user_hz();

/// `text` as a decimal number, all of it; absent if it is anything else or too large.
template <typename Integer>
[[nodiscard]] std::optional<Integer> to_number(std::string_view text) {
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Takes the next word off the front of `rest`, where any run of blanks separates; empty at the end.
[[nodiscard]] std::string_view take_word(std::string_view& rest);

// Many small files, one after the other, through one buffer.

/// What a look at a file came to: its text, or the errno of the call that failed.
struct Looked {
  std::string_view text;  ///< until the next read
  int error{};
  [[nodiscard]] explicit operator bool() const { return error == 0; }
};

class Reader {
 public:
  Reader() : buffer_(std::size_t{16} * 1024) {}

  /// The whole file. No message is made of an error: that a file vanishes is a normal outcome here, ten thousand times a second.
  /// @param dir  that a relative name starts from, or AT_FDCWD
  [[nodiscard]] Looked read(int dir, const char* name);

 private:
  std::vector<char> buffer_;
};

}  // namespace procledger::procfs
