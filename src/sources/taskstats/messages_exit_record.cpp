// SPDX-License-Identifier: Apache-2.0
// Exit records, include/uapi/linux/taskstats.h. The header at compile time may be older or newer than the running kernel, so this file
// lists the offsets of fields by version.
#include <linux/acct.h>
#include <linux/genetlink.h>
#include <linux/taskstats.h>

#include <cstring>
#include <string>
#include <string_view>

#include "sources/taskstats/messages.hpp"
#include "sources/taskstats/netlink.hpp"

namespace procledger::taskstats {
namespace {

constexpr std::uint16_t kOldest = 10;     // 5.5, and 5.10
constexpr std::uint16_t kWithGroup = 12;  // ac_tgid, AGROUP
/// 6.14 and 6.15: minimum and maximum delays stand between the older fields. Version 16 moved them to the end.
constexpr std::uint16_t kDisplaced = 15;

struct Layout {
  std::size_t after_swapin{};     ///< bytes by which fields after swapin_delay_total are displaced
  std::size_t after_thrashing{};  ///< bytes by which fields after the thrashing fields are displaced
};

constexpr Layout layout_of(std::uint16_t version) {
  return version == kDisplaced ? Layout{.after_swapin = 48, .after_thrashing = 80 + 16} : Layout{};
}

/// Fields of one record, by their offset in versions 10 to 14 and from 16 on.
class Fields {
 public:
  explicit Fields(std::span<const std::byte> bytes) : bytes_{bytes} {
    if (bytes_.size() >= sizeof(std::uint16_t)) version_ = at<std::uint16_t>(0);
    layout_ = layout_of(version_);
  }

  [[nodiscard]] std::uint16_t version() const { return version_; }
  /// Whether the record holds all fields that are read here.
  [[nodiscard]] bool whole() const {
    if (version_ < kOldest) return false;
    const std::size_t end = version_ >= kWithGroup ? kTgid + layout_.after_thrashing + sizeof(std::uint32_t) : kLast + layout_.after_swapin;
    return bytes_.size() >= end;
  }

  template <typename Integer = std::uint64_t>
  [[nodiscard]] Integer get(std::size_t place) const {
    const std::size_t moved = place >= kTgid ? layout_.after_thrashing : place > kWait ? layout_.after_swapin : 0;
    return at<Integer>(place + moved);
  }
  [[nodiscard]] event::Comm comm() const {
    const auto* text = reinterpret_cast<const char*>(bytes_.data()) + kComm + layout_.after_swapin;
    return event::Comm{std::string_view{text, strnlen(text, TS_COMM_LEN)}};
  }

  static constexpr std::size_t kExitStatus = 4;
  static constexpr std::size_t kFlags = 8;
  static constexpr std::size_t kWait = 24;
  static constexpr std::size_t kCpu = 72;  // cpu_run_virtual_total: sum_exec_runtime
  static constexpr std::size_t kComm = 80;
  static constexpr std::size_t kUid = 120;
  static constexpr std::size_t kParent = 132;
  static constexpr std::size_t kElapsed = 144;  // us
  static constexpr std::size_t kUser = 152;     // us
  static constexpr std::size_t kSystem = 160;   // us
  static constexpr std::size_t kMinorFaults = 168;
  static constexpr std::size_t kMajorFaults = 176;
  static constexpr std::size_t kPeak = 200;  // KiB
  static constexpr std::size_t kCallRead = 216;
  static constexpr std::size_t kCallWritten = 224;
  static constexpr std::size_t kCallReads = 232;
  static constexpr std::size_t kCallWrites = 240;
  static constexpr std::size_t kStorageRead = 248;
  static constexpr std::size_t kStorageWritten = 256;
  static constexpr std::size_t kStorageCancelled = 264;
  static constexpr std::size_t kVoluntary = 272;
  static constexpr std::size_t kInvoluntary = 280;
  static constexpr std::size_t kLast = 288;
  static constexpr std::size_t kTgid = 368;

 private:
  template <typename Integer>
  [[nodiscard]] Integer at(std::size_t place) const {
    Integer value{};
    std::memcpy(&value, bytes_.data() + place, sizeof(value));
    return value;
  }

  std::span<const std::byte> bytes_;
  std::uint16_t version_{};
  Layout layout_;
};

/// Larger values cannot be times, and would overflow as nanoseconds.
constexpr std::uint64_t kMaxMicroseconds = std::uint64_t{1} << 53;

std::uint64_t nanoseconds(std::uint64_t microseconds) { return std::min(microseconds, kMaxMicroseconds) * 1000; }

// The kernel rounds bytes down to whole KiB, and also rounds numbers of system calls down to multiples of 1024. The latter looks like a
// mistake, but has been so since 2.6.19 (kernel/tsacct.c:xacct_add_tsk).
event::TaskCounters task_counters_of(const Fields& from) {
  return {.cpu_ns = from.get(Fields::kCpu),
          .user_ticks_ns = nanoseconds(from.get(Fields::kUser)),
          .system_ticks_ns = nanoseconds(from.get(Fields::kSystem)),
          .wait_ns = from.get(Fields::kWait),
          .voluntary_switches = from.get(Fields::kVoluntary),
          .involuntary_switches = from.get(Fields::kInvoluntary),
          .minor_faults = from.get(Fields::kMinorFaults),
          .major_faults = from.get(Fields::kMajorFaults),
          .storage_read_bytes = from.get(Fields::kStorageRead),
          .storage_written_bytes = from.get(Fields::kStorageWritten),
          .storage_cancelled_bytes = from.get(Fields::kStorageCancelled),
          .call_read_bytes = from.get(Fields::kCallRead),
          .call_written_bytes = from.get(Fields::kCallWritten),
          .call_reads = from.get(Fields::kCallReads),
          .call_writes = from.get(Fields::kCallWrites)};
}

ExitRecord record_of(std::uint32_t tid, const Fields& from) {
  ExitRecord record{.version = from.version(), .tid = tid};
  if (from.version() >= kWithGroup) {
    record.tgid = from.get<std::uint32_t>(Fields::kTgid);
    record.ends_process = (from.get<std::uint8_t>(Fields::kFlags) & AGROUP) != 0;
  }
  record.parent_tgid = from.get<std::uint32_t>(Fields::kParent);
  record.uid = from.get<std::uint32_t>(Fields::kUid);
  record.exit_status = from.get<std::uint32_t>(Fields::kExitStatus);
  record.elapsed_ns = nanoseconds(from.get(Fields::kElapsed));
  record.peak_bytes = from.get(Fields::kPeak) * 1024;
  record.total = task_counters_of(from);
  record.comm = from.comm();
  return record;
}

/// PID and statistics of one aggregate attribute.
struct Aggregate {
  std::optional<std::uint32_t> number;
  std::span<const std::byte> stats;
};

Aggregate read_aggregate(const nlattr& nest, std::uint16_t number_type) {
  Aggregate read;
  static_cast<void>(each_attribute(payload_of(nest), [&](const nlattr& attribute) {
    const std::uint16_t type = mnl_attr_get_type(&attribute);
    const auto payload = payload_of(attribute);
    if (type == number_type && payload.size() >= sizeof(std::uint32_t)) {
      read.number.emplace();
      std::memcpy(&*read.number, payload.data(), sizeof(std::uint32_t));
    }
    if (type == TASKSTATS_TYPE_STATS) read.stats = payload;
  }));
  return read;
}

/// Reads one message: the record of a task and, for the last of several threads, the sums of its process. False: the message is truncated.
bool read_message(std::span<const std::byte> payload, std::vector<ExitRecord>& records) {
  if (payload.size() < sizeof(genlmsghdr)) return false;
  std::optional<ExitRecord> task;
  std::optional<std::uint32_t> ended;
  bool whole = true;
  const bool attributes_whole = each_attribute(payload.subspan(sizeof(genlmsghdr)), [&](const nlattr& attribute) {
    if (mnl_attr_get_type(&attribute) == TASKSTATS_TYPE_AGGR_TGID) ended = read_aggregate(attribute, TASKSTATS_TYPE_TGID).number;
    if (mnl_attr_get_type(&attribute) != TASKSTATS_TYPE_AGGR_PID) return;
    const Aggregate read = read_aggregate(attribute, TASKSTATS_TYPE_PID);
    const Fields fields{read.stats};
    whole = read.number && fields.whole();
    if (whole) task = record_of(*read.number, fields);
  });
  if (!task) return whole && attributes_whole;
  // The kernel keeps sums for a process whose threads exit one by one, and sends them with the last thread.
  if (ended) {
    task->tgid = task->tgid.value_or(*ended);
    task->ends_process = true;
  }
  records.push_back(*task);
  return attributes_whole;
}

}  // namespace

Result<void> decode_exit_records(std::span<const std::byte> datagram, std::uint16_t family, std::vector<ExitRecord>& records) {
  bool whole = true;
  whole = each_message(datagram,
                       [&](const nlmsghdr& header, std::span<const std::byte> payload) {
                         if (header.nlmsg_type == family && !read_message(payload, records)) whole = false;
                       }) &&
          whole;
  if (whole) return {};
  return fail(ErrorKind::kMalformed,
              "taskstats: a message of " + std::to_string(datagram.size()) + " bytes is truncated or has an unknown version");
}

}  // namespace procledger::taskstats
