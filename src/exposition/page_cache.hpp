// SPDX-License-Identifier: Apache-2.0
// The pages of the latest snapshot, so that scrapers which share a snapshot share the work of writing it down. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/metrics/snapshot.hpp"

namespace procledger::exposition {

/// Below this many bytes compression costs more than it saves.
inline constexpr std::size_t kGzipFrom = 4096;

/// A gzip member at the fastest level: pages shrink to a tenth even so. Absent when zlib has no memory, or for 2 GiB and more.
[[nodiscard]] std::optional<std::string> gzip(std::string_view text);

enum class PageKind : std::uint8_t { kText, kOpenMetrics, kJson };
inline constexpr std::size_t kPageKinds = 3;

struct Page {
  std::shared_ptr<const std::string> body;
  bool gzipped{};
};

class PageCache {
 public:
  using Render = std::function<std::string(const metrics::Snapshot&, PageKind)>;

  explicit PageCache(Render render) : render_{std::move(render)} {}

  /// The page, compressed if wanted and worth it. A second caller for the same page waits for the first one's. Lets pass what `render`
  /// throws.
  [[nodiscard]] Page get(const metrics::SnapshotPtr& snapshot, PageKind kind, bool gzip);

 private:
  struct Entry {
    std::shared_ptr<const std::string> plain;
    std::shared_ptr<const std::string> gzipped;
  };

  Render render_;
  std::mutex mutex_;
  std::weak_ptr<const metrics::Snapshot> snapshot_;  ///< weak: nobody needs the rows once they are written, and no address is mistaken
  std::array<Entry, kPageKinds> entries_;
};

}  // namespace procledger::exposition
