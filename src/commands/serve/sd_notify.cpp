// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/sd_notify.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "commands/serve/options.hpp"

namespace procledger::commands {
namespace {

// WATCHDOG_PID is another process if a wrapper started this one without exec.
std::optional<std::chrono::microseconds> watchdog_from_environment() {
  const std::string_view pid = environment_variable("WATCHDOG_PID");
  if (!pid.empty() && to_number<pid_t>(pid) != ::getpid()) return std::nullopt;
  const auto microseconds = to_number<std::int64_t>(environment_variable("WATCHDOG_USEC"));
  if (!microseconds || *microseconds <= 0) return std::nullopt;
  return std::chrono::microseconds{*microseconds};
}

constexpr std::chrono::milliseconds kBeforeReady{50};
constexpr std::chrono::milliseconds kShortest{100};
constexpr std::chrono::milliseconds kLongest{std::chrono::seconds{10}};

// The first line only: in the protocol, every line is an assignment.
std::string as_line(std::string_view text) { return std::string{text.substr(0, text.find('\n'))}; }

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
  constexpr timeval kPatience{.tv_sec = 1, .tv_usec = 0};  // a manager that hangs must not block the end of the daemon
  if (socket_) ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof(kPatience));
  if (socket_) watchdog_ = watchdog;
}

bool NotifySocket::send(std::string_view lines) const {
  if (!socket_) return false;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket API requires this cast
  const auto* to = reinterpret_cast<const sockaddr*>(&address_);
  return ::sendto(socket_.get(), lines.data(), lines.size(), MSG_NOSIGNAL, to, length_) == static_cast<ssize_t>(lines.size());
}

std::optional<std::chrono::milliseconds> ServiceReport::pause() const {
  if (!socket_.somebody_listens()) return std::nullopt;
  if (!ready_) return kBeforeReady;
  const auto watchdog = socket_.watchdog();
  if (!watchdog) return kLongest;
  return std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(*watchdog / 4), kShortest, kLongest);
}

void ServiceReport::update(const Health& health, Clock::time_point now) {
  if (!socket_.somebody_listens()) return;
  const bool well = health.trouble.empty();
  const std::string status = !well ? as_line(health.trouble) : reload_trouble_.empty() ? "collecting" : reload_trouble_;
  if (!ready_) {
    if (!well) return static_cast<void>(say({}, status));
    ready_ = say("READY=1", status);
    if (!ready_) return;
  }
  if (reload_owed_) reload_owed_ = !say("READY=1", status);
  // A collecting thread that hangs leaves `trouble` empty, so the time of its last turn counts, too.
  const auto watchdog = socket_.watchdog();
  if (watchdog && well && now - health.last_turn < *watchdog / 2) socket_.send("WATCHDOG=1");
  say({}, status);
}

void ServiceReport::reloading() const {
  if (!ready_) return;
  socket_.send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(read_clock_ns(CLOCK_MONOTONIC) / 1000) +
               "\nSTATUS=reloading the configuration");
}

void ServiceReport::reloaded(std::string_view trouble) {
  reload_trouble_ = trouble.empty() ? "" : "collecting with the previous configuration; the new one: " + as_line(trouble);
  if (!ready_) return;
  status_.clear();
  // READY ends the reload in the manager's eyes, so it is sent after a failed reload, too.
  reload_owed_ = !say("READY=1", reload_trouble_.empty() ? "collecting" : reload_trouble_);
}

bool ServiceReport::say(std::string message, const std::string& status) {
  if (status != status_) message += (message.empty() ? "STATUS=" : "\nSTATUS=") + status;
  if (message.empty()) return true;
  if (!socket_.send(message)) return false;
  status_ = status;
  return true;
}

}  // namespace procledger::commands
