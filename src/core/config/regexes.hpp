// SPDX-License-Identifier: Apache-2.0
// Compiles the regular expressions of a configuration file.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace procledger::config {

/// Max length, in bytes, of a library's message about a pattern.
inline constexpr std::size_t kMaxRegexMessage = 120;

using CaptureNames = std::set<std::string, std::less<>>;

/// The result of compiling a regular expression.
struct Regex {
  bool ok{};
  CaptureNames captures;  ///< names of the named captures
  std::size_t groups{};
  std::string error;
  std::size_t error_offset{};  ///< bytes into the pattern
};

/// Owns the compiled regular expressions of one file. Compiles each pattern once and limits their total size: a few bytes of pattern can
/// take a megabyte of memory.
class Regexes {
 public:
  /// The result for `pattern`. The reference is valid as long as this object.
  const Regex& of(const std::string& pattern);

 private:
  std::map<std::string, Regex, std::less<>> known_;
  std::size_t weight_{};
};

}  // namespace procledger::config
