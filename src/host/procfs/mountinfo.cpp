// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/mountinfo.hpp"

#include <tuple>

#include "host/procfs/file.hpp"

namespace procledger::procfs {
namespace {

constexpr bool octal(char c) { return c >= '0' && c <= '7'; }

/// Decodes a path: the kernel writes blanks and backslashes as \ooo.
std::string unescaped(std::string_view path) {
  std::string out;
  for (std::size_t at = 0; at < path.size(); ++at) {
    if (path[at] == '\\' && at + 3 < path.size() && octal(path[at + 1]) && octal(path[at + 2]) && octal(path[at + 3])) {
      out += static_cast<char>((path[at + 1] - '0') * 64 + (path[at + 2] - '0') * 8 + (path[at + 3] - '0'));
      at += 3;
    } else {
      out += path[at];
    }
  }
  return out;
}

}  // namespace

std::vector<Mount> parse_mountinfo(std::string_view text) {
  std::vector<Mount> mounts;
  while (!text.empty()) {
    // 31 23 0:28 /root /mount/point rw,relatime optional... - type source options
    std::string_view line = take_until(text, '\n');
    const std::size_t separator = line.find(" - ");
    if (separator == std::string_view::npos) continue;
    std::string_view after = line.substr(separator + 3);
    Mount mount;
    mount.type = take_word(after);
    std::ignore = take_word(after);  // source
    mount.options = take_word(after);
    line = line.substr(0, separator);
    for (int field = 0; field < 3; ++field) std::ignore = take_word(line);
    mount.root = unescaped(take_word(line));
    mount.point = unescaped(take_word(line));
    if (!mount.point.empty()) mounts.push_back(std::move(mount));
  }
  return mounts;
}

}  // namespace procledger::procfs
