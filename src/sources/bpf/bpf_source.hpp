// SPDX-License-Identifier: Apache-2.0
// The source `bpf`: exact totals from eBPF programs. Only this folder uses libbpf.
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
  /// A power of two, at least a page. 8 MiB hold all records of about 9,000 processes, execs included, between two drains.
  std::uint32_t ring_bytes{8u << 20};
  std::uint32_t spill_entries{8192};   ///< exit records kept when the ring is full
  std::optional<KernelTypes> types{};  ///< the kernel's types, when the caller has read them; absent: open_bpf_source reads them
};

/// Loads and attaches the programs. The kernel removes them when the returned object or this process ends.
/// @error kPermission: CAP_BPF and CAP_PERFMON are missing.  kUnsupported: no BTF, a nested pid namespace, a kernel that refuses a
///        program. The message says what to do.
[[nodiscard]] Result<std::unique_ptr<event::Source>> open_bpf_source(const BpfOptions& options);

}  // namespace procledger::bpf
