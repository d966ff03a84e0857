// SPDX-License-Identifier: Apache-2.0
// A scene with the files, users and processes that the commands of the documentation name.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "support/child.hpp"
#include "support/configured_daemon.hpp"
#include "support/doc_commands.hpp"
#include "support/files.hpp"
#include "support/public_binary.hpp"

namespace procledger::test {

class DocScene {
 public:
  /// Makes files, users (`max`, `sam`) and processes (`foo` by max, twice, `bar` by sam, `ceph-osd`). @error kIo: a part cannot be made
  Result<void> set(const DocPage& page);

  struct As {
    bool nobody{};     ///< without capabilities; else as root
    std::string then;  ///< a command that shows the effect of the command
  };
  /// Runs a command in the folder of the files, with the ports, process ids and absolute paths of the scene. A daemon is stopped after its
  /// first page, which is the output of the command.
  Result<Outcome> run(const DocCommand& command, const As& as);

 private:
  Result<void> start(const std::string& name, const std::string& user_id);
  Result<void> start_daemon();
  [[nodiscard]] std::string placed(std::string text) const;
  [[nodiscard]] const std::string& folder() const { return folder_; }

  TempDir files_;
  std::string folder_;
  PublicBinary binary_;
  std::vector<Child> children_;  // in the order of set()
  std::optional<Child> daemon_;  ///< for commands that use localhost:9056 or the process id of the daemon
  Address address_;
};

}  // namespace procledger::test
