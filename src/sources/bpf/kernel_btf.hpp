// SPDX-License-Identifier: Apache-2.0
// Features and fields of this kernel, read from its type information (BTF). Facts only: sources/probe decides what they mean for a source.
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

inline constexpr const char* kBtfPath = "/sys/kernel/btf/vmlinux";

/// Looks up types of the kernel by name. Owns the parsed type information, about 10 MB, so read_kernel_types keeps it for one call only.
class TypeTable {
 public:
  /// Absent, with errno set, when the file does not exist, is not readable or holds no BTF.
  [[nodiscard]] static std::optional<TypeTable> open();

  [[nodiscard]] bool has_struct(const char* name) const;
  [[nodiscard]] bool has_typedef(const char* name) const;
  [[nodiscard]] bool has_member(const char* structure, std::string_view member) const;
  [[nodiscard]] bool has_enumerator(const char* enumeration, std::string_view name) const;
  /// Number of arguments that programs on this tracepoint get; absent: this kernel does not have the tracepoint.
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

/// Facts from the kernel's type information. Reading them needs no rights.
/// @source kernel/sched/sched.h:struct rq: prev_irq_time needs CONFIG_IRQ_TIME_ACCOUNTING, prev_steal_time_rq needs
/// CONFIG_PARAVIRT_TIME_ACCOUNTING
struct KernelTypes {
  enum class State : std::uint8_t { kUsable, kMissing, kUnreadable, kGarbage };
  State state{State::kMissing};
  event::KernelFacts fields{};         ///< set when usable, like all members below
  std::vector<std::string> lacking{};  ///< features that the programs need and this kernel does not have, one phrase each
  bool maps_in_memlock{};              ///< maps count against RLIMIT_MEMLOCK (until 5.10)
  bool bpf_loop{};                     ///< programs may call bpf_loop (5.17)
  bool percpu_lookup{};                ///< programs may call bpf_map_lookup_percpu_elem (5.19)

  /// A task can be preempted within a tracepoint. While it waits, the kernel skips the tracepoint's program for other tasks on that CPU.
  /// @source include/linux/srcu.h: the guard type came with its only user, __DECLARE_TRACE
  bool hooks_preempt{};
};

/// Takes about 20 ms: callers pass the result on instead of reading it again.
[[nodiscard]] KernelTypes read_kernel_types();

/// The tracepoints that the programs attach to. @source the SEC() lines in bpf/
[[nodiscard]] std::vector<std::string_view> hooks();

}  // namespace procledger::bpf
