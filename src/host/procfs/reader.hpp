// SPDX-License-Identifier: Apache-2.0
// Many small files, one after the other, through one buffer.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace procledger::procfs {

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
