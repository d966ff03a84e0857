// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "sources/bpf/mapping.hpp"

namespace procledger::bpf {

/// Consumer of one BPF ring buffer.
///
/// libbpf's own maps the data twice in a row, so that records never wrap, and every mapped page counts as resident: 16 MiB for a ring of
/// 8 (measured on 6.18). This one maps the data once and copies the one record per round that wraps.
class Ring {
 public:
  /// `map_fd` must outlive the ring. @error kIo: the map cannot be mapped.
  static Result<Ring> open(int map_fd, std::size_t bytes);

  /// Up to where records were reserved, since load.
  [[nodiscard]] std::uint64_t reserved() const;

  /// Up to where records were handed on.
  [[nodiscard]] std::uint64_t consumed() const;

  /// Hands the records before `until` to `consume`, oldest first, and gives their room back. False if one of them is not complete yet: it
  /// and what follows is left.
  bool consume(std::uint64_t until, const std::function<void(std::span<const std::byte>)>& consume);

 private:
  Ring(Mapping consumer, Mapping producer, std::size_t bytes, std::size_t page);

  Mapping consumer_;  ///< one page: our position
  Mapping producer_;  ///< one page: the kernel's position; then the data
  const std::byte* data_;
  std::size_t mask_;
  std::vector<std::byte> wrapped_;
};

}  // namespace procledger::bpf
