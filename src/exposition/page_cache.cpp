// SPDX-License-Identifier: Apache-2.0
#include "exposition/page_cache.hpp"

#define ZLIB_CONST  // makes next_in a pointer to const

#include <zlib.h>

#include <limits>
#include <memory>

namespace procledger::exposition {
namespace {

constexpr int kFastest = 1;
constexpr int kGzipWrapper = 16;  // added to the window size, it selects a gzip header instead of zlib's
constexpr int kDefaultMemory = 8;

struct EndDeflate {
  void operator()(z_stream* stream) const noexcept { deflateEnd(stream); }
};

}  // namespace

std::optional<std::string> gzip(std::string_view text) {
  if (text.size() > std::numeric_limits<uInt>::max() / 2) return std::nullopt;
  z_stream stream{};
  if (deflateInit2(&stream, kFastest, Z_DEFLATED, MAX_WBITS + kGzipWrapper, kDefaultMemory, Z_DEFAULT_STRATEGY) != Z_OK)
    return std::nullopt;
  const std::unique_ptr<z_stream, EndDeflate> end{&stream};
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<const Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return std::nullopt;
  out.resize(stream.total_out);
  out.shrink_to_fit();  // the bound is ten times the size of a compressed page, and pages are kept
  return out;
}

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
