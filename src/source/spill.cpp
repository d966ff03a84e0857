// SPDX-License-Identifier: Apache-2.0
#include "source/spill.hpp"

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>

#include "wire/decode.hpp"

namespace procledger::source {

Result<void> Spill::fetch(int map_fd) {
  pl_spill_key key{};
  pl_dead death{};
  while (bpf_map_get_next_key(map_fd, nullptr, &key) == 0) {
    const bool found = bpf_map_lookup_elem(map_fd, &key, &death) == 0;
    if (bpf_map_delete_elem(map_fd, &key) != 0 && errno != ENOENT) {
      return tl::unexpected{system_error("emptying the spill map", errno)};
    }
    if (found) add(death);
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
  while (!empty() && waiting_[next_].event.time_ns < boottime_ns) sink.on_died(wire::decode(waiting_[next_++]));
  if (!empty()) return;
  waiting_.clear();
  next_ = sorted_ = 0;
}

}  // namespace procledger::source
