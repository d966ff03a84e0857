// SPDX-License-Identifier: Apache-2.0
#include "host/container/systemd_unit.hpp"

#include <charconv>
#include <optional>

namespace procledger::container {
namespace {

constexpr std::size_t kEscapeBytes = 4;  // \xHH

std::optional<char> escaped_byte(std::string_view text) {
  if (text.size() < kEscapeBytes || !text.starts_with("\\x")) return std::nullopt;
  unsigned byte = 0;
  const char* const end = text.data() + kEscapeBytes;
  if (std::from_chars(text.data() + 2, end, byte, 16).ptr != end) return std::nullopt;
  if (byte < 0x20 || byte == 0x7F || byte == '/') return std::nullopt;
  return static_cast<char>(byte);
}

}  // namespace

UnitName unit_of(std::string_view component) {
  // systemd puts "_" before a unit's name that would mean something to the kernel: systemd/src/basic/cgroup-util.c, cg_escape.
  if (component.starts_with('_')) component.remove_prefix(1);
  for (const std::string_view suffix : {".service", ".scope", ".slice"}) {
    if (component.size() <= suffix.size() || !component.ends_with(suffix)) continue;
    return {suffix == ".slice" ? UnitKind::kSlice : UnitKind::kProcesses, component};
  }
  return {};
}

std::string unescaped_unit(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const auto byte = escaped_byte(name);
    out += byte ? *byte : name.front();
    name.remove_prefix(byte ? kEscapeBytes : 1);
  }
  return out;
}

}  // namespace procledger::container
