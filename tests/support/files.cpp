// SPDX-License-Identifier: Apache-2.0
#include "support/files.hpp"

#include <fcntl.h>
#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace procledger::test {

Result<std::string> read_file(const std::filesystem::path& path) {
  const UniqueFd file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file) return tl::unexpected{system_error("open " + path.string(), errno)};
  std::string text;
  std::array<char, 4096> part{};
  for (;;) {
    const ssize_t got = read(file.get(), part.data(), part.size());
    if (got < 0) return tl::unexpected{system_error("read " + path.string(), errno)};
    if (got == 0) return text;
    text.append(part.data(), static_cast<std::size_t>(got));
  }
}

Result<void> write_file(const std::filesystem::path& path, std::string_view text) {
  const UniqueFd file{open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
  if (!file) return tl::unexpected{system_error("open " + path.string(), errno)};
  // One write: a file of the kernel needs its whole value in one call.
  if (write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return tl::unexpected{system_error("write " + path.string(), errno)};
  }
  return {};
}

std::vector<std::string> words(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  for (std::size_t at = text.find_first_not_of(separators); at != std::string_view::npos;) {
    const std::size_t end = text.find_first_of(separators, at);
    parts.emplace_back(text.substr(at, end - at));
    at = text.find_first_not_of(separators, end);
  }
  return parts;
}

UniqueFd memory_file(const char* name) {
  UniqueFd file{memfd_create(name, MFD_CLOEXEC)};
  // The kernel takes no lock on the position of such a file: without O_APPEND, two writers at the same time write to the same place.
  if (file && fcntl(file.get(), F_SETFL, O_APPEND) != 0) return {};
  return file;
}

std::string contents(const UniqueFd& file) {
  std::string text;
  std::array<char, 4096> part{};
  for (;;) {
    const ssize_t got = pread(file.get(), part.data(), part.size(), static_cast<off_t>(text.size()));
    if (got <= 0) return text;
    text.append(part.data(), static_cast<std::size_t>(got));
  }
}

TempDir::TempDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "procledger-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace procledger::test
