// SPDX-License-Identifier: Apache-2.0
#include "base/siphash.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

namespace procledger {
namespace {

static_assert(std::endian::native == std::endian::little, "words are loaded as they lie in memory");

struct State {
  std::uint64_t v0, v1, v2, v3;

  void rounds(int count) {
    for (int i = 0; i < count; ++i) {
      v0 += v1;
      v1 = std::rotl(v1, 13) ^ v0;
      v0 = std::rotl(v0, 32);
      v2 += v3;
      v3 = std::rotl(v3, 16) ^ v2;
      v0 += v3;
      v3 = std::rotl(v3, 21) ^ v0;
      v2 += v1;
      v1 = std::rotl(v1, 17) ^ v2;
      v2 = std::rotl(v2, 32);
    }
  }

  void absorb(std::uint64_t word) {
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }

  [[nodiscard]] std::uint64_t squeeze() {
    rounds(4);
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

std::uint64_t load(std::string_view bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data(), bytes.size());
  return word;
}

}  // namespace

Hash128 siphash(SipKey key, std::string_view bytes) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  State state{key.low ^ 0x736f6d6570736575, key.high ^ 0x646f72616e646f6d ^ 0xee, key.low ^ 0x6c7967656e657261,
              key.high ^ 0x7465646279746573};
  const std::uint64_t length = std::uint64_t{bytes.size()} << 56;
  for (; bytes.size() >= kWord; bytes.remove_prefix(kWord)) state.absorb(load(bytes.substr(0, kWord)));
  state.absorb(length | (bytes.empty() ? 0 : load(bytes)));
  state.v2 ^= 0xee;
  Hash128 hash;
  hash.low = state.squeeze();
  state.v1 ^= 0xdd;
  hash.high = state.squeeze();
  return hash;
}

}  // namespace procledger
