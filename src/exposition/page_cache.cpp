// SPDX-License-Identifier: Apache-2.0
#include "exposition/page_cache.hpp"

#include "exposition/gzip.hpp"

namespace procledger::exposition {

Page PageCache::get(const metrics::SnapshotPtr& snapshot, PageKind kind, bool gzip) {
  const std::lock_guard lock{mutex_};
  if (snapshot_.lock() != snapshot) {
    snapshot_ = snapshot;
    entries_ = {};
  }
  Entry& entry = entries_[static_cast<std::size_t>(kind)];
  if (!entry.plain) entry.plain = std::make_shared<const std::string>(render_(*snapshot, kind));
  if (!gzip || entry.plain->size() < kGzipFrom) return {entry.plain, false};
  if (!entry.gzipped) {
    auto packed = exposition::gzip(*entry.plain);
    if (!packed) return {entry.plain, false};
    entry.gzipped = std::make_shared<const std::string>(std::move(*packed));
  }
  return {entry.gzipped, true};
}

}  // namespace procledger::exposition
