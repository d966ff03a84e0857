// SPDX-License-Identifier: Apache-2.0
#include "source/kernel_types.hpp"

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <cerrno>

namespace procledger::source {

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

bool TypeTable::has_struct(const char* name) const { return btf__find_by_name_kind(types_.get(), name, BTF_KIND_STRUCT) >= 0; }

bool TypeTable::has_typedef(const char* name) const { return btf__find_by_name_kind(types_.get(), name, BTF_KIND_TYPEDEF) >= 0; }

bool TypeTable::has_member(const char* structure, std::string_view member) const {
  const __s32 id = btf__find_by_name_kind(types_.get(), structure, BTF_KIND_STRUCT);
  if (id < 0) return false;
  const btf_type* type = btf__type_by_id(types_.get(), static_cast<__u32>(id));
  const btf_member* members = btf_members(type);
  return std::any_of(members, members + btf_vlen(type),
                     [&](const btf_member& each) { return member == btf__name_by_offset(types_.get(), each.name_off); });
}

bool TypeTable::has_enumerator(const char* enumeration, std::string_view name) const {
  const __s32 id = btf__find_by_name_kind(types_.get(), enumeration, BTF_KIND_ENUM);
  if (id < 0) return false;
  const btf_type* type = btf__type_by_id(types_.get(), static_cast<__u32>(id));
  const struct btf_enum* values = btf_enum(type);
  return std::any_of(values, values + btf_vlen(type), [&](const struct btf_enum& each) {
    return name == btf__name_by_offset(types_.get(), static_cast<__u32>(each.name_off));
  });
}

std::optional<std::size_t> TypeTable::hook_arguments(const std::string& name) const {
  const std::string typedef_name = "btf_trace_" + name;
  const __s32 id = btf__find_by_name_kind(types_.get(), typedef_name.c_str(), BTF_KIND_TYPEDEF);
  if (id < 0) return std::nullopt;
  const btf_type* pointer = btf__type_by_id(types_.get(), btf__type_by_id(types_.get(), static_cast<__u32>(id))->type);
  const btf_type* function = pointer != nullptr && btf_is_ptr(pointer) ? btf__type_by_id(types_.get(), pointer->type) : nullptr;
  if (function == nullptr || !btf_is_func_proto(function) || btf_vlen(function) == 0) return std::nullopt;
  return btf_vlen(function) - 1U;
}

}  // namespace procledger::source
