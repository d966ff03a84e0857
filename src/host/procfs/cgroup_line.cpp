// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/cgroup_line.hpp"

#include "base/text.hpp"

namespace procledger::procfs {

bool lists(std::string_view list, std::string_view item) {
  while (!list.empty()) {
    if (take_until(list, ',') == item) return true;
  }
  return false;
}

std::optional<std::string_view> parse_cgroup_line(std::string_view text, std::string_view controller) {
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');  // hierarchy:controllers:path
    const std::string_view hierarchy = take_until(line, ':');
    const std::string_view controllers = take_until(line, ':');
    const bool wanted = controller.empty() ? hierarchy == "0" : lists(controllers, controller);
    if (!wanted || line.ends_with(" (deleted)")) continue;
    return line;
  }
  return std::nullopt;
}

}  // namespace procledger::procfs
