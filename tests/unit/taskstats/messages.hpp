// SPDX-License-Identifier: Apache-2.0
// Netlink messages, valid and invalid.
#pragma once

#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/taskstats.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace procledger::taskstats {

/// A growing buffer. Every part starts at a multiple of 4 bytes.
class Message {
 public:
  explicit Message(std::uint16_t type) {
    put(nlmsghdr{.nlmsg_len = 0, .nlmsg_type = type, .nlmsg_flags = 0, .nlmsg_seq = 0, .nlmsg_pid = 0});
  }

  template <typename Struct>
  Message& put(const Struct& value) {
    return put_bytes(&value, sizeof(value));
  }
  Message& put_bytes(const void* bytes, std::size_t size) {
    const auto* first = static_cast<const std::byte*>(bytes);
    bytes_.insert(bytes_.end(), first, first + size);
    while (bytes_.size() % 4 != 0) bytes_.push_back({});
    set_length(bytes_.size());
    return *this;
  }
  Message& attribute(std::uint16_t type, std::span<const std::byte> payload) {
    put(nlattr{.nla_len = static_cast<std::uint16_t>(sizeof(nlattr) + payload.size()), .nla_type = type});
    return put_bytes(payload.data(), payload.size());
  }
  /// Sets the length in the header, correct or not.
  Message& set_length(std::size_t length) {
    const auto said = static_cast<std::uint32_t>(length);
    std::memcpy(bytes_.data(), &said, sizeof(said));
    return *this;
  }

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  /// The bytes after the header.
  [[nodiscard]] std::span<const std::byte> payload() const { return bytes().subspan(sizeof(nlmsghdr)); }

 private:
  std::vector<std::byte> bytes_;
};

/// Attributes to nest in another attribute.
inline std::vector<std::byte> nest(std::uint16_t number_type, std::uint32_t number, std::span<const std::byte> figures) {
  Message inner{0};
  inner.attribute(number_type, std::as_bytes(std::span{&number, 1}));
  inner.attribute(TASKSTATS_TYPE_STATS, figures);
  const auto payload = inner.payload();
  return {payload.begin(), payload.end()};
}

constexpr std::uint16_t kFamily = 31;

inline Message exit_message(std::uint32_t pid, std::span<const std::byte> figures) {
  Message message{kFamily};
  message.put(genlmsghdr{.cmd = TASKSTATS_CMD_NEW, .version = 1, .reserved = 0});
  message.attribute(TASKSTATS_TYPE_AGGR_PID, nest(TASKSTATS_TYPE_PID, pid, figures));
  return message;
}

/// A struct of this version: that of the compiled header, or an older version, which is a prefix.
inline ::taskstats figures(std::uint16_t version) {
  ::taskstats stats{};
  stats.version = version;
  stats.ac_exitcode = 0x300;
  stats.cpu_delay_total = 11;
  stats.cpu_run_virtual_total = 12'345'678;
  std::strncpy(stats.ac_comm, "short-lived", sizeof(stats.ac_comm));
  stats.ac_uid = 1000;
  stats.ac_ppid = 7;
  stats.ac_etime = 2000;
  stats.ac_utime = 3000;
  stats.ac_stime = 4000;
  stats.ac_minflt = 5;
  stats.ac_majflt = 6;
  stats.hiwater_rss = 128;
  stats.read_char = 1024;
  stats.write_char = 2048;
  stats.read_syscalls = 3072;
  stats.write_syscalls = 4096;
  stats.read_bytes = 5120;
  stats.write_bytes = 6144;
  stats.cancelled_write_bytes = 7168;
  stats.nvcsw = 8;
  stats.nivcsw = 9;
  stats.ac_tgid = 42;
  return stats;
}

inline std::span<const std::byte> bytes_of(const ::taskstats& stats) { return std::as_bytes(std::span{&stats, 1}); }

inline Message life_message(const proc_event& event, std::uint32_t sequence = 1, std::uint32_t ack = 0) {
  cn_msg header{};
  header.id = {.idx = CN_IDX_PROC, .val = CN_VAL_PROC};
  header.seq = sequence;
  header.ack = ack;
  header.len = sizeof(event);
  Message message{NLMSG_DONE};
  message.put_bytes(&header, sizeof(header)).put(event);
  return message;
}

}  // namespace procledger::taskstats
