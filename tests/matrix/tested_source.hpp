// SPDX-License-Identifier: Apache-2.0
// The source that the tests of the kernel matrix use, and its bounds. All sources have the same tests.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "core/event/source.hpp"

namespace procledger::test {

/// Allowed difference between a sum of CPU time and the kernel's CPU time of a cgroup: the larger of a fixed time and a share. The bounds
/// do not depend on the speed of the machine, since some machines are emulated.
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

/// The source that the environment variable PROCLEDGER_TEST_SOURCE names; bpf when it is not set.
/// @error kUsage: no source has this name
[[nodiscard]] Result<SourceKind> tested_source();

}  // namespace procledger::test
