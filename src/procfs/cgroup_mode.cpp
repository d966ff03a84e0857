// SPDX-License-Identifier: Apache-2.0
#include "procfs/cgroup_mode.hpp"

#include <tuple>

#include "procfs/file.hpp"

namespace procledger::procfs {
namespace {

constexpr bool octal(char c) { return c >= '0' && c <= '7'; }

/// Blanks and backslashes of a path are written as \ooo.
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

CgroupMounts parse_cgroup_mounts(std::string_view text) {
  CgroupMounts found;
  bool legacy = false;
  while (!text.empty()) {
    // 31 23 0:28 /root /mount/point rw,relatime optional... - type source options
    std::string_view line = take_until(text, '\n');
    const std::size_t separator = line.find(" - ");
    if (separator == std::string_view::npos) continue;
    std::string_view after = line.substr(separator + 3);
    const std::string_view type = take_word(after);
    legacy = legacy || type == "cgroup";
    if (type != "cgroup2" || !found.unified.empty()) continue;
    for (int field = 0; field < 4; ++field) std::ignore = take_word(line);
    found.unified = unescaped(take_word(line));
  }
  if (legacy) {
    found.mode = found.unified.empty() ? "v1" : "hybrid";
  } else if (!found.unified.empty()) {
    found.mode = "v2";
  }
  return found;
}

}  // namespace procledger::procfs
