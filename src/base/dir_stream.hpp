// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dirent.h>

#include <memory>

namespace procledger {

struct DirCloser {
  void operator()(DIR* dir) const noexcept { ::closedir(dir); }
};
/// Owns one open directory.
using DirStream = std::unique_ptr<DIR, DirCloser>;

/// Opens a directory for reading its entries. Null with errno set when that fails.
/// @param at  directory that a relative name starts from, or AT_FDCWD
/// @param flags  of open(2), beside those that every directory gets
[[nodiscard]] DirStream open_dir(int at, const char* name, int flags = 0);

}  // namespace procledger
