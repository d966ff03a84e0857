// SPDX-License-Identifier: Apache-2.0
// A host on which the commands of the documentation make sense: with the files, users and processes that its pages name.
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
  /// Files, users (`max`, `sam`), programs (`foo` by max, twice, `bar` by sam, `ceph-osd`). @error kIo: what could not be made
  Result<void> set(const DocPage& page);

  struct As {
    bool nobody{};     ///< without any right; else as root
    std::string then;  ///< a command that shows what the command did
  };
  /// Runs a command as it stands, in the folder of its files; its ports, process numbers and absolute paths are those of the scene. One
  /// that is a daemon is stopped once it has served a page, which is its output then.
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
  std::optional<Child> daemon_;  ///< for commands that ask one on localhost:9056, or of its number
  Address address_;
};

}  // namespace procledger::test
