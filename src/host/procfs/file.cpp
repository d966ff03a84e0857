// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/unique_fd.hpp"

namespace procledger::procfs {
namespace {

constexpr std::size_t kMaxLine = 4096;

}  // namespace

Result<std::string> read_file(const std::string& path) {
  const UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file) return tl::unexpected{system_error("reading " + path, errno)};
  return read_rest(file, path);
}

Result<std::string> read_rest(const UniqueFd& file, const std::string& path) {
  std::string text;
  std::array<char, 4096> chunk{};
  for (;;) {
    const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected{system_error("reading " + path, errno)};
    if (got == 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

Result<Prefix> read_prefix(const UniqueFd& file, const std::string& path, std::size_t max_bytes) {
  Prefix prefix;
  std::array<char, 4096> chunk{};
  while (prefix.text.size() <= max_bytes) {
    const ssize_t got = ::read(file.get(), chunk.data(), std::min(chunk.size(), max_bytes + 1 - prefix.text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected{system_error("reading " + path, errno)};
    if (got == 0) break;
    prefix.text.append(chunk.data(), static_cast<std::size_t>(got));
  }
  prefix.cut = prefix.text.size() > max_bytes;
  if (prefix.cut) prefix.text.resize(max_bytes);
  prefix.text.shrink_to_fit();
  return prefix;
}

Result<void> each_line(const UniqueFd& file, const std::string& path, const GoOn& go_on,
                       const std::function<void(std::string_view)>& visit) {
  std::vector<char> chunk(std::size_t{32} * 1024);
  std::string begun;  // the incomplete line at the end of the last chunk
  bool skipping = false;
  while (go_on()) {
    const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected{system_error("reading " + path, errno)};
    if (got == 0) break;
    std::string_view rest{chunk.data(), static_cast<std::size_t>(got)};
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      begun.append(rest.substr(0, end));
      if (!skipping && begun.size() <= kMaxLine) visit(begun);
      begun.clear();
      skipping = false;
      rest.remove_prefix(end + 1);
    }
    if (!skipping) begun.append(rest);
    if (begun.size() > kMaxLine) {
      begun.clear();
      skipping = true;
    }
  }
  return {};
}

std::uint64_t user_hz() {
  const long value = ::sysconf(_SC_CLK_TCK);
  return value > 0 ? static_cast<std::uint64_t>(value) : 100;
}

std::string_view take_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t\n"), rest.size()));
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t\n"));
  rest.remove_prefix(word.size());
  return word;
}

ReadText Reader::read(int dir, const char* name) {
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
