// SPDX-License-Identifier: Apache-2.0
// The eBPF object as bytes: a file of its own, or embedded in a program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace procledger::test {

/// A range of bytes.
struct Extent {
  std::size_t begin{};
  std::size_t size{};
};

/// The range of a section of the first eBPF object in these bytes. Absent if there is no such object or section.
[[nodiscard]] std::optional<Extent> bpf_section(std::span<const char> bytes, const std::string& name);

/// Replaces the version of the record layout that source file number `index` of the object was compiled with.
/// @return false if the bytes have no eBPF object, or if the object has fewer source files
[[nodiscard]] bool set_wire_version(std::span<char> bytes, std::size_t index, std::uint32_t version);

}  // namespace procledger::test
