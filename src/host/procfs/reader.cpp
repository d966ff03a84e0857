// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/unique_fd.hpp"

namespace procledger::procfs {

Looked Reader::read(int dir, const char* name) {
  const UniqueFd file{::openat(dir, name, O_RDONLY | O_CLOEXEC)};
  if (!file) return {.text = {}, .error = errno};
  std::size_t size = 0;
  for (;;) {
    if (size == buffer_.size()) buffer_.resize(buffer_.size() * 2);
    const ssize_t got = ::read(file.get(), buffer_.data() + size, buffer_.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {.text = {}, .error = errno};
    if (got == 0) return {.text = {buffer_.data(), size}, .error = 0};
    size += static_cast<std::size_t>(got);
  }
}

}  // namespace procledger::procfs
