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

/// Owns one shared memory mapping of a file. Ring and Slots hold them.
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

/// Consumer of one BPF ring buffer. Owns the mappings of the ring; BpfSource drains it. Does not decode records.
///
/// libbpf's consumer maps the data twice in a row, so that no record wraps, and every mapped page counts as resident: 16 MiB for a ring of
/// 8 MiB (measured on 6.18). This class maps the data once and copies the one record per round that wraps.
class Ring {
 public:
  /// `map_fd` must outlive the ring. @error kIo: the map cannot be mapped.
  static Result<Ring> open(int map_fd, std::size_t bytes);

  /// End of the records that the kernel has reserved, in bytes since load.
  [[nodiscard]] std::uint64_t reserved() const;

  /// End of the records that were consumed, in bytes since load.
  [[nodiscard]] std::uint64_t consumed() const;

  /// Passes the records before `until` to `consume`, oldest first, and frees their room. False when a record is reserved but not yet
  /// submitted: this record and all later ones stay in the ring.
  bool consume(std::uint64_t until, const std::function<void(std::span<const std::byte>)>& consume);

 private:
  Ring(Mapping consumer, Mapping producer, std::size_t bytes, std::size_t page);

  Mapping consumer_;  ///< one page: the consumer's position
  Mapping producer_;  ///< one page: the kernel's position; then the data
  const std::byte* data_;
  std::size_t mask_;
  std::vector<std::byte> wrapped_;
};

/// Exit records that found the ring full. Owns the records that were fetched from the map `spill`, and emits each in its place among the
/// records of the ring: after earlier records of the task and before its release record. BpfSource calls it while it drains the ring.
class Spill {
 public:
  /// Moves the records of the map into this object. @error kIo: records moved before the error stay in this object.
  Result<void> fetch(int map_fd);

  void add(const pl_dead& death) { waiting_.push_back(death); }

  [[nodiscard]] bool empty() const { return next_ == waiting_.size(); }

  /// Emits the tasks that exited before `boottime_ns`.
  void emit_before(std::uint64_t boottime_ns, event::Sink& sink);

 private:
  std::vector<pl_dead> waiting_;
  std::size_t next_{};    ///< records before this index were emitted
  std::size_t sorted_{};  ///< records before this index are sorted by time
};

}  // namespace procledger::bpf
