// SPDX-License-Identifier: Apache-2.0
// The program where everybody may run it: the build directory may be closed to others.
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

/// Becomes nobody, who keeps these capabilities: "+bpf,+perfmon". Without any, there is no way to get one.
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
