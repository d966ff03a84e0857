// SPDX-License-Identifier: Apache-2.0
#include "support/bpf_image.hpp"

#include <elf.h>

#include <cstring>
#include <string_view>

namespace procledger::test {
namespace {

template <typename T>
std::optional<T> read_at(std::span<const char> bytes, std::size_t at) {
  T value{};
  if (at > bytes.size() || bytes.size() - at < sizeof(value)) return std::nullopt;
  std::memcpy(&value, bytes.data() + at, sizeof(value));
  return value;
}

std::optional<Elf64_Shdr> section_header(std::span<const char> object, std::size_t index) {
  const auto header = read_at<Elf64_Ehdr>(object, 0);
  return header ? read_at<Elf64_Shdr>(object, header->e_shoff + index * sizeof(Elf64_Shdr)) : std::nullopt;
}

std::string section_name(std::span<const char> object, const Elf64_Ehdr& header, const Elf64_Shdr& section) {
  const auto names = section_header(object, header.e_shstrndx);
  if (!names || names->sh_offset + section.sh_name >= object.size()) return {};
  const std::string_view rest{object.data() + names->sh_offset + section.sh_name, object.size() - names->sh_offset - section.sh_name};
  return std::string{rest.substr(0, rest.find('\0'))};
}

std::optional<Extent> section_of(std::span<const char> object, const std::string& name) {
  const auto header = read_at<Elf64_Ehdr>(object, 0);
  if (!header || header->e_machine != EM_BPF) return std::nullopt;
  for (std::size_t index = 0; index < header->e_shnum; ++index) {
    const auto section = section_header(object, index);
    if (section && section_name(object, *header, *section) == name) return Extent{section->sh_offset, section->sh_size};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Extent> bpf_section(std::span<const char> bytes, const std::string& name) {
  const std::string_view all{bytes.data(), bytes.size()};
  for (std::size_t at = all.find(ELFMAG); at != std::string_view::npos; at = all.find(ELFMAG, at + 1)) {
    if (auto found = section_of(bytes.subspan(at), name)) return Extent{at + found->begin, found->size};
  }
  return std::nullopt;
}

bool set_wire_version(std::span<char> bytes, std::size_t index, std::uint32_t version) {
  const auto versions = bpf_section(bytes, ".rodata.wire");
  if (!versions || versions->size < (index + 1) * sizeof(version)) return false;
  std::memcpy(bytes.data() + versions->begin + index * sizeof(version), &version, sizeof(version));
  return true;
}

}  // namespace procledger::test
