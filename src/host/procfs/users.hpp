// SPDX-License-Identifier: Apache-2.0
// Names of users from /etc/passwd. NSS is not used, because a directory server must not stall a collection.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include <sys/stat.h>

namespace procledger::procfs {

using UserNames = std::unordered_map<std::uint32_t, std::string>;

/// Parses the text of a passwd(5) file. Of several names for one uid the first applies. Malformed lines are skipped.
[[nodiscard]] UserNames parse_passwd(std::string_view text);

/// Caches the names of a file that may change at any time. FileHostLookup owns one and refreshes it before each collection.
class UserCache {
 public:
  explicit UserCache(std::string path) : path_{std::move(path)} {}

  /// Reads the file again if it has changed. On an error the previous names stay.
  void refresh();

  /// The name of `uid`, or the uid in digits if it has no name. The name has raw bytes of the file, not yet safe to show.
  [[nodiscard]] std::string name(std::uint32_t uid) const;

 private:
  std::string path_;
  UserNames names_;
  struct stat read_{};  ///< identity and time of the file at the last read
};

}  // namespace procledger::procfs
