// SPDX-License-Identifier: Apache-2.0
#include "commands/run/output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>
#include <tuple>

namespace procledger::commands {
namespace {

// The next write reports an error of the descriptor.
bool await_room(int fd, std::optional<std::chrono::milliseconds> patience) {
  pollfd wanted{fd, POLLOUT, 0};
  const int ready = ::poll(&wanted, 1, patience ? static_cast<int>(patience->count()) : -1);
  return ready > 0 || (ready < 0 && errno == EINTR);
}

}  // namespace

Result<void> check_report_stream(const std::string& path) {
  const bool to_stdout = path == kStdout;
  if (!path.empty() && !to_stdout) return {};
  if (::fcntl(to_stdout ? STDOUT_FILENO : STDERR_FILENO, F_GETFD) >= 0) return {};
  return fail(ErrorKind::kIo, std::string{to_stdout ? "stdout" : "stderr"} + " is closed and the report is lost; use --output FILE");
}

Result<UniqueFd> open_output(const std::string& path) {
  if (path.empty() || path == kStdout) return UniqueFd{};
  UniqueFd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
  if (!file) return tl::unexpected{system_error("--output: cannot open " + path, errno)};
  return file;
}

bool write_all(int fd, std::string_view text, std::optional<std::chrono::milliseconds> patience) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EAGAIN) {
      if (await_room(fd, patience)) continue;
      errno = EAGAIN;
      return false;
    }
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void fill_standard_descriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) < 0) std::ignore = ::open("/dev/null", O_RDWR);  // takes the lowest free number, and stays open
  }
}

}  // namespace procledger::commands
