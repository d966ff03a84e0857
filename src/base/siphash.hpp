// SPDX-License-Identifier: Apache-2.0
// SipHash-2-4 with 128 bits of result (Aumasson, Bernstein): without the key nobody can make two texts meet, however many they choose.
// Small: one algorithm, and nothing else depends on its parts.
#pragma once

#include <cstdint>
#include <string_view>

namespace procledger {

/// Random and secret where texts are hostile.
struct SipKey {
  std::uint64_t low{};
  std::uint64_t high{};
};

struct Hash128 {
  std::uint64_t low{};
  std::uint64_t high{};
  bool operator==(const Hash128&) const = default;
};

[[nodiscard]] Hash128 siphash(SipKey key, std::string_view bytes);

}  // namespace procledger
