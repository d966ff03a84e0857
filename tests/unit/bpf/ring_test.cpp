// SPDX-License-Identifier: Apache-2.0
// The consumer of the ring, with a file in the layout of a kernel ring: consumer page, producer page, data.
#include "sources/bpf/ring_buffer.hpp"

#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"

namespace procledger::bpf {
namespace {

class FakeRing {
 public:
  explicit FakeRing(std::size_t bytes) : bytes_{bytes}, fd_{::memfd_create("ring", 0)} {
    EXPECT_EQ(::ftruncate(fd_.get(), static_cast<off_t>(2 * page_ + bytes)), 0);
    at_ = static_cast<std::byte*>(::mmap(nullptr, 2 * page_ + bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), 0));
  }
  FakeRing(const FakeRing&) = delete;
  FakeRing& operator=(const FakeRing&) = delete;
  ~FakeRing() { ::munmap(at_, 2 * page_ + bytes_); }

  void write(std::string_view text, std::uint32_t flags = 0) {
    put(produced_, static_cast<std::uint32_t>(text.size()) | flags);
    for (std::size_t i = 0; i < text.size(); ++i) data((produced_ + 8 + i) % bytes_) = static_cast<std::byte>(text[i]);
    produced_ += (text.size() + 8 + 7) / 8 * 8;
    publish();
  }
  void submit(std::size_t position, std::uint32_t length) { put(position, length); }
  [[nodiscard]] unsigned long consumed() const {
    unsigned long position = 0;
    std::memcpy(&position, at_, sizeof(position));
    return position;
  }
  void start_at(unsigned long position) {
    std::memcpy(at_, &position, sizeof(position));
    produced_ = position;
    publish();
  }
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] std::size_t produced() const { return produced_; }

 private:
  std::byte& data(std::size_t offset) { return at_[2 * page_ + offset]; }
  void put(std::size_t position, std::uint32_t word) { std::memcpy(&data(position % bytes_), &word, sizeof(word)); }
  void publish() { std::memcpy(at_ + page_, &produced_, sizeof(produced_)); }

  std::size_t page_{static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))};
  std::size_t bytes_;
  UniqueFd fd_;
  std::byte* at_;
  unsigned long produced_{0};
};

std::vector<std::string> consume(Ring& ring, std::uint64_t until) {
  std::vector<std::string> records;
  ring.consume(
      until, [&](std::span<const std::byte> record) { records.emplace_back(reinterpret_cast<const char*>(record.data()), record.size()); });
  return records;
}

std::vector<std::string> consume(Ring& ring) { return consume(ring, ring.reserved()); }

TEST(Ring, RecordsComeInOrderAndOnce) {
  FakeRing fake{4096};
  auto ring = Ring::open(fake.fd(), 4096);
  ASSERT_TRUE(ring);
  fake.write("one");
  fake.write("twotwotwo");
  EXPECT_EQ(consume(*ring), (std::vector<std::string>{"one", "twotwotwo"}));
  EXPECT_TRUE(consume(*ring).empty());
  EXPECT_EQ(fake.consumed(), fake.produced());
}

TEST(Ring, RecordThatWrapsIsPutTogether) {
  FakeRing fake{4096};
  auto ring = Ring::open(fake.fd(), 4096);
  ASSERT_TRUE(ring);
  fake.start_at(4096 - 16);
  fake.write("0123456789abcdefghij");
  EXPECT_EQ(consume(*ring), (std::vector<std::string>{"0123456789abcdefghij"}));
}

TEST(Ring, ReservedRecordHoldsBackThoseBehindIt) {
  FakeRing fake{4096};
  auto ring = Ring::open(fake.fd(), 4096);
  ASSERT_TRUE(ring);
  fake.write("first", BPF_RINGBUF_BUSY_BIT);
  fake.write("second");
  EXPECT_TRUE(consume(*ring).empty());
  fake.submit(0, 5);
  EXPECT_EQ(consume(*ring), (std::vector<std::string>{"first", "second"}));
}

TEST(Ring, WhatCameAfterTheEndThatWasReadIsLeft) {
  FakeRing fake{4096};
  auto ring = Ring::open(fake.fd(), 4096);
  ASSERT_TRUE(ring);
  fake.write("one");
  const std::uint64_t end = ring->reserved();
  fake.write("two");
  EXPECT_EQ(consume(*ring, end), (std::vector<std::string>{"one"}));
  EXPECT_EQ(ring->consumed(), end);
  EXPECT_EQ(consume(*ring), (std::vector<std::string>{"two"}));
}

TEST(Ring, DiscardedRecordIsPassedOver) {
  FakeRing fake{4096};
  auto ring = Ring::open(fake.fd(), 4096);
  ASSERT_TRUE(ring);
  fake.write("gone", BPF_RINGBUF_DISCARD_BIT);
  fake.write("kept");
  EXPECT_EQ(consume(*ring), (std::vector<std::string>{"kept"}));
}

}  // namespace
}  // namespace procledger::bpf
