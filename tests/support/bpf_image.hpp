// SPDX-License-Identifier: Apache-2.0
// The eBPF object as bytes: alone, or where a program embeds it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace procledger::test {

/// A part of some bytes.
struct Extent {
  std::size_t begin{};
  std::size_t size{};
};

/// Where the first eBPF object in these bytes keeps a section. Absent: there is no such object, or it has no such section.
[[nodiscard]] std::optional<Extent> bpf_section(std::span<const char> bytes, const std::string& name);

/// Writes the version of another record layout over the one that source file number `index` of the object was compiled with.
/// @return false when the bytes hold no eBPF object, or one of fewer source files
[[nodiscard]] bool set_wire_version(std::span<char> bytes, std::size_t index, std::uint32_t version);

}  // namespace procledger::test
