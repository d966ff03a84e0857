// SPDX-License-Identifier: Apache-2.0
// The source that the tests of the kernel matrix run over, and what it promises: the tests are the same for all.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "core/event/source.hpp"

namespace procledger::test {

/// How far a sum of CPU time may be from the kernel's own account of a cgroup: so much, or this share of it if that is more. Nothing here
/// depends on how fast a machine is, since some of them are emulated.
struct Bounds {
  std::uint64_t cpu_ns{};
  double cpu_share{};
  [[nodiscard]] std::uint64_t of(std::uint64_t truth_ns) const;
};

struct SourceKind {
  std::string_view name;
  Result<std::unique_ptr<event::Source>> (*open)();
  Bounds bounds;
};

/// The source that PROCLEDGER_TEST_SOURCE names; bpf unless it is set.
/// @error kUsage: there is none of this name
[[nodiscard]] Result<SourceKind> tested_source();

}  // namespace procledger::test
