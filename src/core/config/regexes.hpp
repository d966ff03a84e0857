// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace procledger::config {

using CaptureNames = std::set<std::string, std::less<>>;

/// What is known of a regular expression once it was compiled.
struct Regex {
  bool ok{};
  CaptureNames captures;  ///< named ones
  std::size_t groups{};
  std::string error;
  std::size_t error_offset{};  ///< bytes into the pattern
};

/// The regular expressions of one file. Each is compiled once, and all together have bounds: a few bytes can ask for a megabyte.
class Regexes {
 public:
  /// Valid as long as this is.
  const Regex& of(const std::string& pattern);

 private:
  std::map<std::string, Regex, std::less<>> known_;
  std::size_t weight_{};
};

}  // namespace procledger::config
