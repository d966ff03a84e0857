// SPDX-License-Identifier: Apache-2.0
// Names of users as /etc/passwd has them. No NSS: a directory server must not be able to stall a collection.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include <sys/stat.h>

namespace procledger::procfs {

using UserNames = std::unordered_map<std::uint32_t, std::string>;

/// Parses the text of a passwd(5) file. Of several names for one uid the first counts; lines of another form are skipped.
[[nodiscard]] UserNames parse_passwd(std::string_view text);

/// The names in a file that may change at any time.
class UserCache {
 public:
  explicit UserCache(std::string path) : path_{std::move(path)} {}

  /// Reads the file if it is not the one that was read last. While it cannot be read the last names stay.
  void refresh();

  /// The uid itself, in digits, when it has no name. Raw bytes of the file: not yet safe to show.
  [[nodiscard]] std::string name(std::uint32_t uid) const;

 private:
  std::string path_;
  UserNames names_;
  struct stat read_{};  ///< what the file was when it was read
};

}  // namespace procledger::procfs
