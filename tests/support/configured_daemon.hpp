// SPDX-License-Identifier: Apache-2.0
// A daemon with a configuration file that the test writes and reloads.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "support/daemon_process.hpp"
#include "support/files.hpp"

namespace procledger::test {

class ConfiguredDaemon {
 public:
  /// Starts the daemon with this text as its configuration, and with reload over HTTP.
  Result<void> start(const std::string& text, std::vector<std::string> flags = {"--web.enable-lifecycle"});

  Result<void> write(const std::string& text) const { return write_file(file(), text); }
  [[nodiscard]] std::string file() const { return directory_.path() / "procledger.yaml"; }
  [[nodiscard]] DaemonProcess& daemon() { return *daemon_; }

  /// POST /-/reload.
  [[nodiscard]] Result<HttpResponse> post() const { return HttpClient{daemon_->address()}.request("POST", "/-/reload"); }
  /// Sends SIGHUP. Returns true when the log reports the result, false after kHangDeadline without a result.
  [[nodiscard]] bool hang_up() const;
  /// Writes the text and reloads. @error kMalformed: the answer was not 200
  Result<void> reload(const std::string& text) const;

  /// The lines of the log with this event.
  [[nodiscard]] std::vector<std::string> events(const std::string& event) const;

 private:
  TempDir directory_;
  std::optional<DaemonProcess> daemon_;
};

}  // namespace procledger::test
