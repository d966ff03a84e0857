// SPDX-License-Identifier: Apache-2.0
#include "exposition/page_cache.hpp"

#include <gtest/gtest.h>

#include "unit/exposition/gunzip.hpp"

namespace procledger::exposition {
namespace {

using test::gunzip;

metrics::SnapshotPtr some_snapshot() { return std::make_shared<const metrics::Snapshot>(); }

TEST(Gzip, UnpacksToTheSameText) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += std::to_string(i * 7919) + " line\n";
  const auto packed = gzip(text);
  ASSERT_TRUE(packed);
  EXPECT_LT(packed->size(), text.size() / 2);
  EXPECT_EQ(gunzip(*packed), text);
}

TEST(Gzip, TakesTextThatDoesNotShrink) {
  std::string noise;
  unsigned state = 1;
  for (int i = 0; i < 100000; ++i) noise += static_cast<char>((state = state * 1664525U + 1013904223U) >> 24);
  const auto packed = gzip(noise);
  ASSERT_TRUE(packed);
  EXPECT_EQ(gunzip(*packed), noise);
}

TEST(PageCache, OneSnapshotIsWrittenOnceForEachKind) {
  int renders = 0;
  PageCache cache{[&renders](const metrics::Snapshot&, PageKind) {
    ++renders;
    return std::string(kGzipFrom, 'x');
  }};
  const auto snapshot = some_snapshot();
  const auto first = cache.get(snapshot, PageKind::kText, false);
  EXPECT_EQ(cache.get(snapshot, PageKind::kText, false).body, first.body);
  const auto packed = cache.get(snapshot, PageKind::kText, true);
  EXPECT_EQ(cache.get(snapshot, PageKind::kText, true).body, packed.body);
  EXPECT_EQ(renders, 1);
  (void)cache.get(snapshot, PageKind::kJson, false);
  EXPECT_EQ(renders, 2);
}

TEST(PageCache, NewSnapshotIsWrittenAnew) {
  int renders = 0;
  PageCache cache{[&renders](const metrics::Snapshot&, PageKind) { return std::to_string(++renders); }};
  EXPECT_EQ(*cache.get(some_snapshot(), PageKind::kText, false).body, "1");
  EXPECT_EQ(*cache.get(some_snapshot(), PageKind::kText, false).body, "2");  // may have the address of the first snapshot
}

TEST(PageCache, SmallPagesAreNotCompressed) {
  std::size_t size = kGzipFrom - 1;
  PageCache cache{[&size](const metrics::Snapshot&, PageKind) { return std::string(size, 'x'); }};
  EXPECT_FALSE(cache.get(some_snapshot(), PageKind::kText, true).gzipped);
  size = kGzipFrom;
  const auto page = cache.get(some_snapshot(), PageKind::kText, true);
  EXPECT_TRUE(page.gzipped);
  EXPECT_EQ(gunzip(*page.body), std::string(size, 'x'));
}

}  // namespace
}  // namespace procledger::exposition
