// SPDX-License-Identifier: Apache-2.0
#include "sources/taskstats/proc_connector.hpp"

#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "sources/taskstats/netlink.hpp"

namespace procledger::taskstats {
namespace {

using Request = std::array<std::byte, 64>;  // the headers of netlink and connector and one integer: 40 bytes

const nlmsghdr& put_request(Request& room, std::uint32_t port, proc_cn_mcast_op what) {
  nlmsghdr* const header = mnl_nlmsg_put_header(room.data());
  header->nlmsg_type = NLMSG_DONE;
  header->nlmsg_pid = port;
  cn_msg message{};
  message.id = {.idx = CN_IDX_PROC, .val = CN_VAL_PROC};
  message.ack = port;
  message.len = sizeof(what);
  auto* const place = static_cast<std::byte*>(mnl_nlmsg_put_extra_header(header, sizeof(cn_msg) + sizeof(proc_cn_mcast_op)));
  std::memcpy(place, &message, sizeof(cn_msg));
  std::memcpy(place + sizeof(cn_msg), &what, sizeof(what));
  return *header;
}

}  // namespace

Result<Connector> Connector::open(std::uint32_t receive_bytes) {
  auto socket = Netlink::open(NETLINK_CONNECTOR, CN_IDX_PROC, receive_bytes, "the proc connector");
  if (!socket && socket.error().kind == ErrorKind::kPermission) return no_right();
  if (!socket) return tl::unexpected{socket.error()};
  alignas(nlmsghdr) Request room{};
  std::optional<int> answer;
  const std::uint32_t port = socket->port();
  const auto asked = socket->ask(
      put_request(room, port, PROC_CN_MCAST_LISTEN),
      [&](std::span<const std::byte> datagram) {
        if (const auto error = decode_connector_answer(datagram, port)) answer = error;
        return answer.has_value();
      },
      kAnswerTimeout);
  if (answer == EPERM) return no_right();
  if (answer && *answer != 0) return tl::unexpected{system_error("listening to the proc connector", *answer)};
  // From another user or pid namespace the kernel accepts the request and sends no answer (drivers/connector/cn_proc.c:cn_proc_mcast_ctl).
  if (!asked && asked.error().kind == ErrorKind::kIo) return wrong_namespace("user, pid or network");
  if (!asked) return tl::unexpected{asked.error()};
  return Connector{std::move(*socket)};
}

// Before 6.6 the kernel does not notice that a listener has closed its socket, and goes on sending events without a listener.
Connector::~Connector() {
  if (!socket_.is_open()) return;
  alignas(nlmsghdr) Request room{};
  static_cast<void>(socket_.send(put_request(room, socket_.port(), PROC_CN_MCAST_IGNORE)));
}

Result<std::uint64_t> Connector::read(std::vector<LifeEvent>& events) {
  Result<void> outcome;
  auto overruns = socket_.read([&](std::span<const std::byte> datagram) {
    if (auto decoded = decode_life_events(datagram, events); !decoded) outcome = std::move(decoded);
  });
  if (!overruns || outcome) return overruns;
  return tl::unexpected{outcome.error()};
}

}  // namespace procledger::taskstats
