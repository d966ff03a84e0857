// SPDX-License-Identifier: Apache-2.0
#include "sources/bpf/kernel_types.hpp"

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <cerrno>

namespace procledger::bpf {

void TypeTable::Deleter::operator()(btf* types) const noexcept { btf__free(types); }

// libbpf would tell stderr what it thinks of a file that is none.
std::optional<TypeTable> TypeTable::open() {
  const libbpf_print_fn_t before = libbpf_set_print(nullptr);
  btf* types = btf__parse(kBtfPath, nullptr);
  const int error = errno;
  libbpf_set_print(before);
  errno = error;
  if (types == nullptr) return std::nullopt;
  return TypeTable{types};
}

// One pass over all types. libbpf's own search takes a pass for each question, and there are twenty.
TypeTable::TypeTable(btf* types) : types_{types} {
  const __u32 count = btf__type_cnt(types);
  for (__u32 id = 1; id < count; ++id) {
    const btf_type* type = btf__type_by_id(types, id);
    Names* names = btf_is_struct(type) ? &structs_ : btf_is_typedef(type) ? &typedefs_ : btf_is_enum(type) ? &enums_ : nullptr;
    if (names != nullptr && type->name_off != 0) names->emplace(btf__name_by_offset(types, type->name_off), type);
  }
}

bool TypeTable::has_struct(const char* name) const { return structs_.contains(name); }

bool TypeTable::has_typedef(const char* name) const { return typedefs_.contains(name); }

bool TypeTable::has_member(const char* structure, std::string_view member) const {
  const auto found = structs_.find(structure);
  if (found == structs_.end()) return false;
  const btf_member* members = btf_members(found->second);
  return std::any_of(members, members + btf_vlen(found->second),
                     [&](const btf_member& each) { return member == btf__name_by_offset(types_.get(), each.name_off); });
}

bool TypeTable::has_enumerator(const char* enumeration, std::string_view name) const {
  const auto found = enums_.find(enumeration);
  if (found == enums_.end()) return false;
  const struct btf_enum* values = btf_enum(found->second);
  return std::any_of(values, values + btf_vlen(found->second), [&](const struct btf_enum& each) {
    return name == btf__name_by_offset(types_.get(), static_cast<__u32>(each.name_off));
  });
}

std::optional<std::size_t> TypeTable::hook_arguments(const std::string& name) const {
  const auto found = typedefs_.find("btf_trace_" + name);
  if (found == typedefs_.end()) return std::nullopt;
  const btf_type* pointer = btf__type_by_id(types_.get(), found->second->type);
  const btf_type* function = pointer != nullptr && btf_is_ptr(pointer) ? btf__type_by_id(types_.get(), pointer->type) : nullptr;
  if (function == nullptr || !btf_is_func_proto(function) || btf_vlen(function) == 0) return std::nullopt;
  return btf_vlen(function) - 1U;
}

}  // namespace procledger::bpf
