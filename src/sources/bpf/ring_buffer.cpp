// SPDX-License-Identifier: Apache-2.0
#include "sources/bpf/ring_buffer.hpp"

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>

#include "sources/bpf/decoder.hpp"

namespace procledger::bpf {
namespace {

// The kernel and this process share positions and headers (kernel/bpf/ringbuf.c). Both publish them with release stores.
template <typename Word>
Word load_acquire(const std::byte* at) {
  return std::atomic_ref{*const_cast<Word*>(reinterpret_cast<const Word*>(at))}.load(std::memory_order_acquire);
}

constexpr std::uint32_t kBatch = 512;

}  // namespace

Result<Ring> Ring::open(int map_fd, std::size_t bytes) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  auto consumer = Mapping::open(map_fd, page, PROT_READ | PROT_WRITE, 0, "the ring's consumer page");
  if (!consumer) return tl::unexpected{consumer.error()};
  auto producer = Mapping::open(map_fd, page + bytes, PROT_READ, static_cast<off_t>(page), "the ring's data");
  if (!producer) return tl::unexpected{producer.error()};
  return Ring{std::move(*consumer), std::move(*producer), bytes, page};
}

Ring::Ring(Mapping consumer, Mapping producer, std::size_t bytes, std::size_t page)
    : consumer_{std::move(consumer)}, producer_{std::move(producer)}, data_{producer_.data() + page}, mask_{bytes - 1} {}

std::uint64_t Ring::reserved() const { return load_acquire<unsigned long>(producer_.data()); }

std::uint64_t Ring::consumed() const { return *reinterpret_cast<const unsigned long*>(consumer_.data()); }  // the kernel never writes it

bool Ring::consume(std::uint64_t until, const std::function<void(std::span<const std::byte>)>& consume) {
  auto& position = *reinterpret_cast<unsigned long*>(consumer_.data());
  unsigned long at = position;
  while (at < until) {
    const std::byte* header = data_ + (at & mask_);
    const auto length_and_flags = load_acquire<std::uint32_t>(header);
    if ((length_and_flags & BPF_RINGBUF_BUSY_BIT) != 0) return false;  // reserved, not yet submitted
    const std::size_t length = length_and_flags & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    if ((length_and_flags & BPF_RINGBUF_DISCARD_BIT) == 0) {
      const std::size_t start = (at + BPF_RINGBUF_HDR_SZ) & mask_;
      const std::size_t first = std::min(length, mask_ + 1 - start);
      if (first == length) {
        consume({data_ + start, length});
      } else {
        wrapped_.assign(data_ + start, data_ + start + first);
        wrapped_.insert(wrapped_.end(), data_, data_ + (length - first));
        consume(wrapped_);
      }
    }
    at += (length + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8;
    std::atomic_ref{position}.store(at, std::memory_order_release);
  }
  return true;
}

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

void Spill::emit_before(std::uint64_t boottime_ns, event::Sink& sink) {
  if (empty()) return;
  if (sorted_ != waiting_.size()) {
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ = 0;
    std::ranges::sort(waiting_, {}, [](const pl_dead& death) { return death.event.time_ns; });
    sorted_ = waiting_.size();
  }
  while (!empty() && waiting_[next_].event.time_ns < boottime_ns) sink.on_exit(bpf::decode(waiting_[next_++]));
  if (!empty()) return;
  waiting_.clear();
  next_ = sorted_ = 0;
}

}  // namespace procledger::bpf
