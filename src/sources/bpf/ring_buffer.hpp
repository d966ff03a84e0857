// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "bpf/wire.h"
#include "core/event/sink.hpp"

namespace procledger::bpf {

/// Owns one shared memory mapping of a file.
class Mapping {
 public:
  static Result<Mapping> open(int fd, std::size_t bytes, int protection, off_t offset, std::string_view what) {
    void* at = ::mmap(nullptr, bytes, protection, MAP_SHARED, fd, offset);
    if (at == MAP_FAILED) return tl::unexpected{system_error("mapping " + std::string{what}, errno)};
    return Mapping{at, bytes};
  }

  Mapping(Mapping&& other) noexcept : at_{std::exchange(other.at_, nullptr)}, bytes_{other.bytes_} {}
  Mapping& operator=(Mapping other) noexcept {
    std::swap(at_, other.at_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  Mapping(const Mapping&) = delete;
  ~Mapping() {
    if (at_ != nullptr) ::munmap(at_, bytes_);
  }

  [[nodiscard]] std::byte* data() const { return static_cast<std::byte*>(at_); }

 private:
  Mapping(void* at, std::size_t bytes) : at_{at}, bytes_{bytes} {}

  void* at_;
  std::size_t bytes_;
};

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

/// Deaths that found the ring full, told in their place among the ring's records: after what the task did before, and before its free
/// record.
class Spill {
 public:
  /// Moves what the map holds here. @error kIo: what was moved before stays here.
  Result<void> fetch(int map_fd);

  void add(const pl_dead& death) { waiting_.push_back(death); }

  [[nodiscard]] bool empty() const { return next_ == waiting_.size(); }

  /// Tells who died before `boottime_ns`.
  void tell_before(std::uint64_t boottime_ns, event::Sink& sink);

 private:
  std::vector<pl_dead> waiting_;
  std::size_t next_{};    ///< told up to here
  std::size_t sorted_{};  ///< by time up to here
};

}  // namespace procledger::bpf
