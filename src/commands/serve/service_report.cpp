// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/service_report.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"

namespace procledger::commands {
namespace {

constexpr std::chrono::milliseconds kBeforeReady{50};
constexpr std::chrono::milliseconds kShortest{100};
constexpr std::chrono::milliseconds kLongest{std::chrono::seconds{10}};

// One line: each is an assignment.
std::string as_line(std::string_view text) { return std::string{text.substr(0, text.find('\n'))}; }

}  // namespace

std::optional<std::chrono::milliseconds> ServiceReport::pause() const {
  if (!socket_.somebody_listens()) return std::nullopt;
  if (!ready_) return kBeforeReady;
  const auto watchdog = socket_.watchdog();
  if (!watchdog) return kLongest;
  return std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(*watchdog / 4), kShortest, kLongest);
}

void ServiceReport::look(const Health& health, Clock::time_point now) {
  if (!socket_.somebody_listens()) return;
  const bool well = health.trouble.empty();
  const std::string status = !well ? as_line(health.trouble) : reload_trouble_.empty() ? "collecting" : reload_trouble_;
  if (!ready_) {
    if (!well) return static_cast<void>(say({}, status));
    ready_ = say("READY=1", status);
    if (!ready_) return;
  }
  if (reload_owed_) reload_owed_ = !say("READY=1", status);
  // A thread that hangs leaves `trouble` as it was, so its turns have to be watched as well.
  const auto watchdog = socket_.watchdog();
  if (watchdog && well && now - health.last_turn < *watchdog / 2) socket_.send("WATCHDOG=1");
  say({}, status);
}

void ServiceReport::reloading() const {
  if (!ready_) return;
  socket_.send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(read_clock_ns(CLOCK_MONOTONIC) / 1000) +
               "\nSTATUS=reading the configuration");
}

void ServiceReport::reloaded(std::string_view trouble) {
  reload_trouble_ = trouble.empty() ? "" : "collecting by the configuration before; the new one: " + as_line(trouble);
  if (!ready_) return;
  status_.clear();
  // Whatever came of it: who waits for the end of a reload waits for this word.
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
