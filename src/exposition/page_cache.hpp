// SPDX-License-Identifier: Apache-2.0
// Keeps the rendered pages of the latest snapshot, so that scrapers with the same snapshot share the work.
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

/// Smallest page that is compressed. Below this size, compression costs more than it saves.
inline constexpr std::size_t kGzipFrom = 4096;

/// Compresses to a gzip member at the fastest level, which already shrinks pages to a tenth. Absent if zlib has no memory, and for texts of
/// 2 GiB or more.
[[nodiscard]] std::optional<std::string> gzip(std::string_view text);

enum class PageKind : std::uint8_t { kText, kOpenMetrics, kJson };
inline constexpr std::size_t kPageKinds = 3;

struct Page {
  std::shared_ptr<const std::string> body;
  bool gzipped{};
};

/// A cache of the pages of one snapshot: one per format, plain and compressed. Owned by HttpHandler. Thread-safe.
class PageCache {
 public:
  using Render = std::function<std::string(const metrics::Snapshot&, PageKind)>;

  explicit PageCache(Render render) : render_{std::move(render)} {}

  /// The page, compressed if `gzip` is set and the page is large enough. Concurrent callers wait for each other. Passes on exceptions of
  /// `render`.
  [[nodiscard]] Page get(const metrics::SnapshotPtr& snapshot, PageKind kind, bool gzip);

 private:
  struct Entry {
    std::shared_ptr<const std::string> plain;
    std::shared_ptr<const std::string> gzipped;
  };

  Render render_;
  std::mutex mutex_;
  std::weak_ptr<const metrics::Snapshot> snapshot_;  ///< weak: keeps no rows; unlike a raw pointer, a reused address does not match
  std::array<Entry, kPageKinds> entries_;
};

}  // namespace procledger::exposition
