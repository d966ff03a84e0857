// SPDX-License-Identifier: Apache-2.0
// What this kernel offers and keeps apart, read from its own type information. Facts only: what follows from them is decided elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/event/host.hpp"

struct btf;
struct btf_type;  // NOLINT(readability-identifier-naming): libbpf's

namespace procledger::bpf {

// Questions to the kernel's type information (BTF).

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

/// What the kernel's type information says of it. Needs no right.
/// @source of the fields struct rq in kernel/sched/sched.h: prev_irq_time needs CONFIG_IRQ_TIME_ACCOUNTING, prev_steal_time_rq
/// CONFIG_PARAVIRT_TIME_ACCOUNTING
struct KernelTypes {
  enum class State : std::uint8_t { kUsable, kMissing, kUnreadable, kGarbage };
  State state{State::kMissing};
  event::KernelFacts fields{};         ///< when usable, like the rest
  std::vector<std::string> lacking{};  ///< what the programs cannot do without and this kernel does not have, in words
  bool maps_in_memlock{};              ///< maps count against RLIMIT_MEMLOCK (until 5.10)
  bool bpf_loop{};                     ///< programs may call this helper (5.17)
  bool percpu_lookup{};                ///< ... and bpf_map_lookup_percpu_elem (5.19)

  /// A task can be preempted within a tracepoint, so that the kernel may skip programs of others there meanwhile.
  /// @source include/linux/srcu.h: the guard type came with its one user, __DECLARE_TRACE
  bool hooks_preempt{};
};

/// Takes some 20 ms: whoever needs it again hands it on.
[[nodiscard]] KernelTypes read_kernel_types();

/// The tracepoints that the programs hang on. @source their SEC() lines in bpf/
[[nodiscard]] std::vector<std::string_view> hooks();

}  // namespace procledger::bpf
