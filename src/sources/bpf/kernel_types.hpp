// SPDX-License-Identifier: Apache-2.0
// Questions to the kernel's type information (BTF).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct btf;
struct btf_type;  // NOLINT(readability-identifier-naming): libbpf's

namespace procledger::bpf {

inline constexpr const char* kBtfPath = "/sys/kernel/btf/vmlinux";

class TypeTable {
 public:
  /// Absent, with errno set, when there is no such file or it holds something else.
  [[nodiscard]] static std::optional<TypeTable> open();

  [[nodiscard]] bool has_struct(const char* name) const;
  [[nodiscard]] bool has_typedef(const char* name) const;
  [[nodiscard]] bool has_member(const char* structure, std::string_view member) const;
  [[nodiscard]] bool has_enumerator(const char* enumeration, std::string_view name) const;
  /// How many arguments programs on that tracepoint get; absent: there is no such tracepoint.
  /// @source include/trace/bpf_probe.h: typedef void (*btf_trace_<name>)(void *, arguments...)
  [[nodiscard]] std::optional<std::size_t> hook_arguments(const std::string& name) const;

 private:
  struct Deleter {
    void operator()(btf* types) const noexcept;
  };
  using Names = std::unordered_map<std::string_view, const btf_type*>;

  explicit TypeTable(btf* types);

  std::unique_ptr<btf, Deleter> types_;
  Names structs_;
  Names typedefs_;
  Names enums_;
};

}  // namespace procledger::bpf
