// SPDX-License-Identifier: Apache-2.0
// Any bytes as the path of a cgroup: the parser does not crash, and the invariants of every identity hold.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "host/container/cgroup_path.hpp"
#include "support/cgroup_invariants.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view path{reinterpret_cast<const char*>(data), size};  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
  const std::string broken = procledger::test::broken_invariant(path, procledger::container::parse_cgroup_path(path));
  if (!broken.empty()) {
    std::fprintf(stderr, "broken: %s\n", broken.c_str());
    std::abort();
  }
  return 0;
}
