// SPDX-License-Identifier: Apache-2.0
// SipHash-2-4 with a 128-bit result (Aumasson, Bernstein). An attacker that does not know the key cannot construct a collision.
// Small: one algorithm whose parts have no other user.
#pragma once

#include <cstdint>
#include <string_view>

namespace procledger {

/// The key is random and secret where the hashed texts are hostile.
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
