// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/sd_notify.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "commands/serve/environment.hpp"
#include "host/procfs/file.hpp"

namespace procledger::commands {
namespace {

// WATCHDOG_PID is somebody else's where a wrapper was started and did not exec.
std::optional<std::chrono::microseconds> watchdog_from_environment() {
  const std::string_view pid = environment_variable("WATCHDOG_PID");
  if (!pid.empty() && procfs::to_number<pid_t>(pid) != ::getpid()) return std::nullopt;
  const auto microseconds = procfs::to_number<std::int64_t>(environment_variable("WATCHDOG_USEC"));
  if (!microseconds || *microseconds <= 0) return std::nullopt;
  return std::chrono::microseconds{*microseconds};
}

}  // namespace

NotifySocket NotifySocket::from_environment() { return NotifySocket{environment_variable("NOTIFY_SOCKET"), watchdog_from_environment()}; }

NotifySocket::NotifySocket(std::string_view name, std::optional<std::chrono::microseconds> watchdog) {
  const bool named = name.size() > 1 && (name[0] == '/' || name[0] == '@') && name.size() < sizeof(address_.sun_path);
  if (!named) return;
  address_.sun_family = AF_UNIX;
  std::copy(name.begin(), name.end(), address_.sun_path);
  if (name[0] == '@') address_.sun_path[0] = '\0';
  length_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  socket_ = UniqueFd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  constexpr timeval kPatience{.tv_sec = 1, .tv_usec = 0};  // a manager that hangs must not keep us from ending
  if (socket_) ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof(kPatience));
  if (socket_) watchdog_ = watchdog;
}

bool NotifySocket::send(std::string_view lines) const {
  if (!socket_) return false;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what the socket calls are like
  const auto* to = reinterpret_cast<const sockaddr*>(&address_);
  return ::sendto(socket_.get(), lines.data(), lines.size(), MSG_NOSIGNAL, to, length_) == static_cast<ssize_t>(lines.size());
}

}  // namespace procledger::commands
