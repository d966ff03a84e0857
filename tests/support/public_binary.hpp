// SPDX-License-Identifier: Apache-2.0
// A copy of the program that every user may run: other users may have no access to the build directory.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "support/daemon_process.hpp"
#include "support/files.hpp"

namespace procledger::test {

class PublicBinary {
 public:
  PublicBinary() {
    std::filesystem::permissions(directory_.path(), std::filesystem::perms{0755});
    std::filesystem::copy(procledger_binary(), directory_.path());
  }

  [[nodiscard]] std::string path() const { return directory_.path() / std::filesystem::path{procledger_binary()}.filename(); }

 private:
  TempDir directory_;
};

/// The start of a command line that runs as the user `nobody`, with these capabilities ("+bpf,+perfmon"). Without capabilities, the command
/// cannot gain any.
inline std::vector<std::string> as_nobody(const std::string& capabilities = {}) {
  std::vector<std::string> argv{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
  if (capabilities.empty()) {
    argv.insert(argv.end(), {"--inh-caps=-all", "--bounding-set=-all"});
  } else {
    argv.insert(argv.end(), {"--inh-caps=" + capabilities, "--ambient-caps=" + capabilities});
  }
  return argv;
}

}  // namespace procledger::test
