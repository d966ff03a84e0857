// SPDX-License-Identifier: Apache-2.0
#include "support/configured_daemon.hpp"

#include <csignal>
#include <utility>

#include "support/clocks.hpp"

namespace procledger::test {

Result<void> ConfiguredDaemon::start(const std::string& text, std::vector<std::string> flags) {
  if (auto written = write(text); !written) return written;
  flags.push_back("--config.file=" + file());
  auto daemon = DaemonProcess::start({.flags = std::move(flags)});
  if (!daemon) return tl::unexpected{daemon.error()};
  daemon_.emplace(std::move(*daemon));
  return {};
}

bool ConfiguredDaemon::hang_up() const {
  const auto outcomes = [this] { return events("reloaded").size() + events("reload_failed").size(); };
  const std::size_t before = outcomes();
  if (kill(daemon_->pid(), SIGHUP) != 0) return false;
  return eventually(kHangDeadline, [&] { return outcomes() > before; });
}

Result<void> ConfiguredDaemon::reload(const std::string& text) const {
  if (auto written = write(text); !written) return written;
  const auto answer = post();
  if (!answer) return tl::unexpected{answer.error()};
  if (answer->status != 200) return fail(ErrorKind::kMalformed, std::to_string(answer->status) + ": " + answer->body);
  return {};
}

std::vector<std::string> ConfiguredDaemon::events(const std::string& event) const {
  std::vector<std::string> found;
  for (const std::string& line : words(daemon_->log(), "\n")) {
    if (line.find("event=" + event + " ") != std::string::npos) found.push_back(line);
  }
  return found;
}

}  // namespace procledger::test
