// SPDX-License-Identifier: Apache-2.0
// The bpf source: exact, and the only user of libbpf.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/event/source.hpp"
#include "sources/bpf/kernel_btf.hpp"

namespace procledger::bpf {

struct BpfOptions {
  std::string procfs{"/proc"};
  std::uint32_t ring_bytes{
      8u << 20};                      ///< a power of two, at least a page: about 9,000 processes' lives, execs included, between two drains
  std::uint32_t spill_entries{8192};  ///< deaths kept by name when the ring is full
  std::optional<KernelTypes> types{};  ///< of whoever has read them; absent: they are read
};

/// Loads and attaches the programs; they are gone with the returned object, or with this process.
/// @error kPermission: CAP_BPF and CAP_PERFMON are missing.  kUnsupported: no BTF, a nested pid namespace, a kernel that refuses a
///        program. The message says what to do.
[[nodiscard]] Result<std::unique_ptr<event::Source>> open_bpf_source(const BpfOptions& options);

}  // namespace procledger::bpf
