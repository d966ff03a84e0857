// SPDX-License-Identifier: Apache-2.0
// Messages of the proc connector, include/uapi/linux/cn_proc.h. The fields that are read here are unchanged from 5.10 to 7.3.
#include <linux/cn_proc.h>
#include <linux/connector.h>

#include <cstring>
#include <string>
#include <string_view>

#include "sources/taskstats/messages.hpp"
#include "sources/taskstats/netlink.hpp"

namespace procledger::taskstats {
namespace {

/// Copies a kernel struct, which lies 4 bytes off its alignment in the message.
template <typename Struct>
std::optional<Struct> take(std::span<const std::byte> bytes) {
  if (bytes.size() < sizeof(Struct)) return std::nullopt;
  Struct value{};
  std::memcpy(&value, bytes.data(), sizeof(Struct));
  return value;
}

/// cn_msg without its flexible array.
struct Header {
  cb_id id{};
  std::uint32_t seq{};
  std::uint32_t ack{};
  std::uint16_t len{};
  std::uint16_t flags{};
};
static_assert(sizeof(Header) == sizeof(cn_msg));

/// One connector message from a netlink message.
struct Received {
  Header message{};
  proc_event event{};
};

enum class Outcome : std::uint8_t { kReceived, kNotOurs, kShort };

Outcome read(std::span<const std::byte> payload, Received& received) {
  const auto message = take<Header>(payload);
  if (!message) return Outcome::kShort;
  if (message->id.idx != CN_IDX_PROC || message->id.val != CN_VAL_PROC) return Outcome::kNotOurs;
  // Every event has the length of the kernel's longest event; later kernels may send longer ones.
  const auto event = take<proc_event>(payload.subspan(sizeof(cn_msg)));
  if (!event || message->len < sizeof(proc_event)) return Outcome::kShort;
  received = {*message, *event};
  return Outcome::kReceived;
}

std::uint32_t number(__kernel_pid_t pid) { return static_cast<std::uint32_t>(pid); }

LifeEvent life_event(const Received& received) {
  const proc_event& from = received.event;
  const auto& data = from.event_data;
  LifeEvent event{.cpu = from.cpu, .sequence = received.message.seq, .monotonic_ns = from.timestamp_ns};
  const auto set = [&event](LifeEvent::Kind kind, __kernel_pid_t tid, __kernel_pid_t tgid) {
    event.kind = kind;
    event.tid = number(tid);
    event.tgid = number(tgid);
  };
  switch (from.what) {
    case proc_event::PROC_EVENT_FORK:
      set(LifeEvent::Kind::kFork, data.fork.child_pid, data.fork.child_tgid);
      event.parent_tgid = number(data.fork.parent_tgid);
      break;
    case proc_event::PROC_EVENT_EXEC:
      set(LifeEvent::Kind::kExec, data.exec.process_pid, data.exec.process_tgid);
      break;
    case proc_event::PROC_EVENT_UID:
      set(LifeEvent::Kind::kUser, data.id.process_pid, data.id.process_tgid);
      event.uid = data.id.e.euid;
      break;
    case proc_event::PROC_EVENT_COMM:
      set(LifeEvent::Kind::kName, data.comm.process_pid, data.comm.process_tgid);
      event.comm = event::Comm{std::string_view{data.comm.comm, strnlen(data.comm.comm, sizeof(data.comm.comm))}};
      break;
    case proc_event::PROC_EVENT_EXIT:
      set(LifeEvent::Kind::kExit, data.exit.process_pid, data.exit.process_tgid);
      event.exit_status = data.exit.exit_code;
      event.parent_tgid = number(data.exit.parent_tgid);
      break;
    default:
      break;
  }
  return event;
}

/// The kernel's answer to a request of any listener, which has a sequence number like an event (drivers/connector/cn_proc.c:cn_proc_ack).
bool is_answer(const Received& received) { return received.event.what == proc_event::PROC_EVENT_NONE; }

}  // namespace

Result<void> decode_life_events(std::span<const std::byte> datagram, std::vector<LifeEvent>& events) {
  bool whole = true;
  whole = each_message(datagram,
                       [&](const nlmsghdr& /*header*/, std::span<const std::byte> payload) {
                         Received received;
                         const Outcome outcome = read(payload, received);
                         if (outcome == Outcome::kShort) whole = false;
                         if (outcome == Outcome::kReceived) events.push_back(life_event(received));
                       }) &&
          whole;
  if (whole) return {};
  return fail(ErrorKind::kMalformed, "proc connector: a message of " + std::to_string(datagram.size()) + " bytes is truncated");
}

std::optional<int> decode_connector_answer(std::span<const std::byte> datagram, std::uint32_t asked) {
  std::optional<int> answer;
  static_cast<void>(each_message(datagram, [&](const nlmsghdr& /*header*/, std::span<const std::byte> payload) {
    Received received;
    if (read(payload, received) != Outcome::kReceived || !is_answer(received) || received.message.ack != asked + 1) return;
    answer = static_cast<int>(received.event.event_data.ack.err);
  }));
  return answer;
}

}  // namespace procledger::taskstats
