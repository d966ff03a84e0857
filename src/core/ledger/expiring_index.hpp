// SPDX-License-Identifier: Apache-2.0
// An index of records that expire, of bounded size.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace procledger::ledger {

/// Mixes two values into one key.
[[nodiscard]] constexpr std::uint64_t mixed_key(std::uint64_t a, std::uint64_t b) {
  return (a ^ b * 0xff51afd7ed558ccdu) * 0xc4ceb9fe1a85ec53u;
}

/// Keeps records for a limited time: a ring in order of time with a hash index, both of bounded size. ProcessTable owns one for retired
/// processes. `Record` has two members: `key`, which few records should share, since a lookup compares all records of a key; and `time_ns`,
/// the time of the event, roughly ascending. The ring doubles up to the capacity; then a new record evicts the oldest. The index allocates
/// nothing per record, so 4,000 exits a second do not fragment the heap.
template <typename Record>
class ExpiringIndex {
 public:
  explicit ExpiringIndex(std::size_t capacity) : capacity_{std::max<std::size_t>(capacity, kInitial)} { resize(kInitial); }

  /// Returns true if the new record evicted the oldest one before its time.
  bool add(const Record& record) {
    const bool full = size_ == ring_.size();
    const bool evict = full && size_ >= capacity_;
    if (evict) pop_oldest();
    if (full && !evict) resize(ring_.size() * 2);
    const std::size_t slot = (first_ + size_++) & (ring_.size() - 1);
    ring_[slot] = record;
    link(slot);
    return evict;
  }

  /// Drops records older than `time_ns`.
  void expire(std::uint64_t time_ns) {
    while (size_ > 0 && ring_[first_].time_ns < time_ns) pop_oldest();
  }

  /// The latest record of `key` that satisfies `matches`, or null. Valid until the next change.
  template <typename Matches>
  [[nodiscard]] const Record* find(std::uint64_t key, Matches matches) const {
    for (std::uint32_t at = heads_[bucket(key)]; at != kNone; at = next_[at]) {
      if (ring_[at].key == key && matches(ring_[at])) return &ring_[at];
    }
    return nullptr;
  }
  template <typename Matches>
  [[nodiscard]] Record* find(std::uint64_t key, Matches matches) {
    return const_cast<Record*>(std::as_const(*this).find(key, matches));
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  /// Calls `visit(record)` for each record, the oldest first. Adding the records in this order to an empty index rebuilds it.
  template <typename Visit>
  void visit(Visit visit) const {
    for (std::size_t i = 0; i < size_; ++i) visit(ring_[(first_ + i) & (ring_.size() - 1)]);
  }
  void clear() {
    while (size_ > 0) pop_oldest();
  }

 private:
  static constexpr std::size_t kInitial = 256;  // all sizes are powers of two
  static constexpr std::uint32_t kNone = ~0u;

  [[nodiscard]] std::size_t bucket(std::uint64_t key) const {
    return static_cast<std::size_t>(key * 0x9e3779b97f4a7c15u >> 32) & (heads_.size() - 1);
  }

  void link(std::size_t slot) {  // newest first, so that a reused key finds its latest record
    std::uint32_t& head = heads_[bucket(ring_[slot].key)];
    next_[slot] = head;
    head = static_cast<std::uint32_t>(slot);
  }

  void pop_oldest() {
    std::uint32_t* at = &heads_[bucket(ring_[first_].key)];
    while (*at != first_) at = &next_[*at];
    *at = kNone;  // the oldest of a bucket is the last of its chain
    first_ = (first_ + 1) & (ring_.size() - 1);
    --size_;
  }

  void resize(std::size_t size) {
    std::vector<Record> ordered;
    ordered.reserve(size);
    for (std::size_t i = 0; i < size_; ++i) ordered.push_back(ring_[(first_ + i) & (ring_.size() - 1)]);
    ordered.resize(size);
    ring_.swap(ordered);
    next_.assign(size, kNone);
    heads_.assign(size, kNone);
    first_ = 0;
    for (std::size_t i = 0; i < size_; ++i) link(i);
  }

  std::size_t capacity_;
  std::size_t first_{0};
  std::size_t size_{0};
  std::vector<Record> ring_;
  std::vector<std::uint32_t> next_;
  std::vector<std::uint32_t> heads_;
};

}  // namespace procledger::ledger
