// SPDX-License-Identifier: Apache-2.0
#include "sources/bpf/spill.hpp"

#include <bpf/bpf.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "sources/bpf/decode.hpp"

namespace procledger::bpf {
namespace {

constexpr std::uint32_t kBatch = 512;

}  // namespace

Result<void> Spill::fetch(int map_fd) {
  std::array<pl_spill_key, kBatch> keys{};
  std::uint64_t position = 0;
  void* from = nullptr;
  for (bool more = true; more; from = &position) {
    const std::size_t before = waiting_.size();
    waiting_.resize(before + kBatch);
    std::uint32_t count = kBatch;
    more = bpf_map_lookup_and_delete_batch(map_fd, from, &position, keys.data(), waiting_.data() + before, &count, nullptr) == 0;
    const int error = more ? 0 : errno;
    waiting_.resize(before + (error == EFAULT ? 0 : count));
    if (!more && error != ENOENT) return tl::unexpected{system_error("emptying the spill map", error)};
  }
  return {};
}

void Spill::tell_before(std::uint64_t boottime_ns, event::Sink& sink) {
  if (empty()) return;
  if (sorted_ != waiting_.size()) {
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ = 0;
    std::ranges::sort(waiting_, {}, [](const pl_dead& death) { return death.event.time_ns; });
    sorted_ = waiting_.size();
  }
  while (!empty() && waiting_[next_].event.time_ns < boottime_ns) sink.on_died(bpf::decode(waiting_[next_++]));
  if (!empty()) return;
  waiting_.clear();
  next_ = sorted_ = 0;
}

}  // namespace procledger::bpf
