// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <string_view>
#include <utility>

#include "base/result.hpp"

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

}  // namespace procledger::bpf
