// SPDX-License-Identifier: Apache-2.0
#include "sources/taskstats/taskstats_socket.hpp"

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/taskstats.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <utility>

#include "host/procfs/file.hpp"
#include "sources/taskstats/netlink.hpp"

namespace procledger::taskstats {
namespace {

constexpr std::size_t kRequestBytes = 8192;  // a list of CPUs has at most a page

/// A generic netlink request with one text attribute.
const nlmsghdr& put_request(std::array<std::byte, kRequestBytes>& room, std::uint16_t type, std::uint16_t flags, genlmsghdr what,
                            std::uint16_t attribute, const std::string& text) {
  nlmsghdr* const header = mnl_nlmsg_put_header(room.data());
  header->nlmsg_type = type;
  header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  header->nlmsg_seq = type;
  std::memcpy(mnl_nlmsg_put_extra_header(header, sizeof(what)), &what, sizeof(what));
  mnl_attr_put_strz(header, attribute, text.c_str());
  return *header;
}

/// The kernel's answer to a request.
struct Answer {
  std::optional<int> error;  ///< 0: success
  std::optional<std::uint16_t> family;
};

void read_answer(std::span<const std::byte> datagram, std::uint32_t sequence, Answer& answer) {
  static_cast<void>(each_message(datagram, [&](const nlmsghdr& header, std::span<const std::byte> payload) {
    if (header.nlmsg_seq != sequence) return;
    if (header.nlmsg_type == NLMSG_ERROR && payload.size() >= sizeof(nlmsgerr)) {
      nlmsgerr error{};
      std::memcpy(&error, payload.data(), sizeof(error));
      answer.error = -error.error;
    }
    if (header.nlmsg_type != GENL_ID_CTRL || payload.size() < sizeof(genlmsghdr)) return;
    static_cast<void>(each_attribute(payload.subspan(sizeof(genlmsghdr)), [&](const nlattr& attribute) {
      if (mnl_attr_get_type(&attribute) != CTRL_ATTR_FAMILY_ID || mnl_attr_get_payload_len(&attribute) < sizeof(std::uint16_t)) return;
      answer.family = mnl_attr_get_u16(&attribute);
    }));
  }));
}

Result<std::uint16_t> resolve_family(Netlink& socket) {
  alignas(nlmsghdr) std::array<std::byte, kRequestBytes> room{};
  const genlmsghdr what{.cmd = CTRL_CMD_GETFAMILY, .version = 1, .reserved = 0};
  Answer answer;
  const auto asked = socket.ask(
      put_request(room, GENL_ID_CTRL, 0, what, CTRL_ATTR_FAMILY_NAME, TASKSTATS_GENL_NAME),
      [&](std::span<const std::byte> datagram) {
        read_answer(datagram, GENL_ID_CTRL, answer);
        return answer.family || answer.error;
      },
      kAnswerTimeout);
  if (!asked) return tl::unexpected{asked.error()};
  if (answer.family) return *answer.family;
  // The family exists in the host's network namespace only.
  if (answer.error != ENOENT) return tl::unexpected{system_error("looking for taskstats", answer.error.value_or(EIO))};
  auto elsewhere = wrong_namespace("network");
  elsewhere.value().message += "; or the kernel is built without CONFIG_TASKSTATS";
  return elsewhere;
}

/// All possible CPUs, so that records of a CPU that comes online later arrive as well.
Result<std::string> possible_cpus() {
  return procfs::read_file("/sys/devices/system/cpu/possible").map([](std::string list) {
    while (!list.empty() && list.back() == '\n') list.pop_back();
    return list;
  });
}

Result<void> listen(Netlink& socket, std::uint16_t family) {
  const auto cpus = possible_cpus();
  if (!cpus) return tl::unexpected{cpus.error()};
  if (cpus->size() > kRequestBytes / 2) return fail(ErrorKind::kUnsupported, "taskstats: the list of CPUs does not fit into a request");
  alignas(nlmsghdr) std::array<std::byte, kRequestBytes> room{};
  const genlmsghdr what{.cmd = TASKSTATS_CMD_GET, .version = TASKSTATS_GENL_VERSION, .reserved = 0};
  Answer answer;
  auto asked = socket.ask(
      put_request(room, family, NLM_F_ACK, what, TASKSTATS_CMD_ATTR_REGISTER_CPUMASK, *cpus),
      [&](std::span<const std::byte> datagram) {
        read_answer(datagram, family, answer);
        return answer.error.has_value();
      },
      kAnswerTimeout);
  if (!asked) return asked;
  if (answer.error == EPERM) return no_right();
  if (answer.error == EINVAL) return wrong_namespace("user or pid");
  if (answer.error == 0) return {};
  return tl::unexpected{system_error("listening to taskstats", answer.error.value_or(EIO))};
}

}  // namespace

Result<ExitListener> ExitListener::open(std::uint32_t receive_bytes) {
  auto socket = Netlink::open(NETLINK_GENERIC, 0, receive_bytes, "taskstats");
  if (!socket) return tl::unexpected{socket.error()};
  const auto family = resolve_family(*socket);
  if (!family) return tl::unexpected{family.error()};
  if (auto listening = listen(*socket, *family); !listening) return tl::unexpected{listening.error()};
  return ExitListener{std::move(*socket), *family};
}

Result<std::uint64_t> ExitListener::read(std::vector<ExitRecord>& records) {
  Result<void> outcome;
  auto overruns = socket_.read([&](std::span<const std::byte> datagram) {
    if (auto decoded = decode_exit_records(datagram, family_, records); !decoded) outcome = std::move(decoded);
  });
  if (!overruns || outcome) return overruns;
  return tl::unexpected{outcome.error()};
}

}  // namespace procledger::taskstats
