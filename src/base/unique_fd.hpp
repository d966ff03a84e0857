// SPDX-License-Identifier: Apache-2.0
// Owner types for file descriptors and open directories.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

namespace procledger {

/// Owns one file descriptor.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) noexcept : fd_{fd} {}
  UniqueFd(UniqueFd&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  UniqueFd& operator=(UniqueFd other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  ~UniqueFd() {
    if (fd_ >= 0) ::close(fd_);
  }

  [[nodiscard]] int get() const noexcept { return fd_; }
  /// Returns the descriptor, which the caller then owns.
  int release() noexcept { return std::exchange(fd_, -1); }
  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_{-1};
};

struct DirCloser {
  void operator()(DIR* dir) const noexcept { ::closedir(dir); }
};
/// Owns one open directory.
using DirStream = std::unique_ptr<DIR, DirCloser>;

/// Opens a directory to read its entries. Null with errno set on failure.
/// @param at  directory that a relative name starts from, or AT_FDCWD
/// @param flags  further flags for open(2)
[[nodiscard]] inline DirStream open_dir(int at, const char* name, int flags = 0) {
  UniqueFd fd{::openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags)};
  DirStream stream{fd ? ::fdopendir(fd.get()) : nullptr};
  if (stream) {
    fd.release();
  } else if (fd) {
    const int error = errno;
    fd = UniqueFd{};
    errno = error;
  }
  return stream;
}

}  // namespace procledger
