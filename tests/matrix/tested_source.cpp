// SPDX-License-Identifier: Apache-2.0
#include "matrix/tested_source.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "sources/bpf/bpf_source.hpp"

namespace procledger::test {
namespace {

constexpr std::array kSources{
    SourceKind{.name = "bpf", .open = [] { return bpf::open_bpf_source({}); }, .bounds = {.cpu_ns = 2'000'000, .cpu_share = 0.001}},
};

}  // namespace

std::uint64_t Bounds::of(std::uint64_t truth_ns) const {
  return std::max(cpu_ns, static_cast<std::uint64_t>(static_cast<double>(truth_ns) * cpu_share));
}

Result<SourceKind> tested_source() {
  const char* asked = std::getenv("PROCLEDGER_TEST_SOURCE");  // NOLINT(concurrency-mt-unsafe): no other thread runs
  const std::string_view name = asked == nullptr ? "bpf" : asked;
  const auto found = std::ranges::find(kSources, name, &SourceKind::name);
  if (found == kSources.end()) return fail(ErrorKind::kUsage, "PROCLEDGER_TEST_SOURCE: there is no source \"" + std::string{name} + "\"");
  return *found;
}

}  // namespace procledger::test
