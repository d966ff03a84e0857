// SPDX-License-Identifier: Apache-2.0
#include "sources/probe/sysfs_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "host/procfs/file.hpp"

namespace procledger::probe {

std::optional<probe::Lockdown> parse_lockdown(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, probe::Lockdown>, 3> kWords{{{"[none]", probe::Lockdown::kNone},
                                                                                {"[integrity]", probe::Lockdown::kIntegrity},
                                                                                {"[confidentiality]", probe::Lockdown::kConfidentiality}}};
  for (const auto& [word, meaning] : kWords) {
    if (text.find(word) != std::string_view::npos) return meaning;
  }
  return std::nullopt;
}

std::optional<int> parse_hidepid(std::string_view options, std::span<const std::uint32_t> groups) {
  constexpr std::array<std::pair<std::string_view, int>, 4> kWords{{{"off", 0}, {"noaccess", 1}, {"invisible", 2}, {"ptraceable", 4}}};
  const auto among_groups = [groups](std::uint32_t gid) { return std::ranges::find(groups, gid) != groups.end(); };
  std::optional<int> hidepid{0};
  bool exempt = among_groups(0);  // gid=0 is the default
  while (!options.empty()) {
    std::string_view value = take_until(options, ',');
    const std::string_view key = take_until(value, '=');
    if (key == "gid") {
      const auto gid = to_number<std::uint32_t>(value);
      exempt = gid && among_groups(*gid);
    } else if (key == "hidepid") {
      const auto* word = std::ranges::find(kWords, value, &std::pair<std::string_view, int>::first);
      hidepid = word != kWords.end() ? std::optional{word->second} : to_number<int>(value);
    }
  }
  // hidepid=ptraceable has no exempt group (fs/proc/base.c:has_pid_permissions).
  return exempt && hidepid != 4 ? 0 : hidepid;
}

bool counts_anything(std::string_view schedstat) { return schedstat.find_first_of("123456789") != std::string_view::npos; }

std::optional<bool> parse_seccomp(std::string_view status) {
  while (!status.empty()) {
    std::string_view line = take_until(status, '\n');
    if (take_until(line, '\t') == "Seccomp:") return line != "0";
  }
  return std::nullopt;
}

std::optional<int> parse_setting(std::string_view text) { return to_number<int>(take_until(text, '\n')); }

}  // namespace procledger::probe
