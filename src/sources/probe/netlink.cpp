// SPDX-License-Identifier: Apache-2.0
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>

#include "base/unique_fd.hpp"
#include "sources/probe/parts.hpp"

namespace procledger::probe {
namespace {

struct CloseSocket {
  void operator()(mnl_socket* socket) const noexcept { mnl_socket_close(socket); }
};

const nlmsghdr& put_request(std::byte* room, const std::string& family) {
  nlmsghdr* const request = mnl_nlmsg_put_header(room);
  request->nlmsg_type = GENL_ID_CTRL;
  request->nlmsg_flags = NLM_F_REQUEST;
  auto* const command = static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(request, sizeof(genlmsghdr)));
  command->cmd = CTRL_CMD_GETFAMILY;
  command->version = 1;
  mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, family.c_str());
  return *request;
}

}  // namespace

std::optional<bool> has_netlink_family(const std::string& name) {
  const std::unique_ptr<mnl_socket, CloseSocket> socket{mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC)};
  if (name.size() >= GENL_NAMSIZ || !socket) return std::nullopt;
  alignas(nlmsghdr) std::array<std::byte, 4096> room{};
  const nlmsghdr& request = put_request(room.data(), name);
  if (mnl_socket_sendto(socket.get(), &request, request.nlmsg_len) < 0) return std::nullopt;
  // The kernel answers within the call; the timeout is for a kernel that does not.
  const timeval patience{.tv_sec = 1, .tv_usec = 0};
  ::setsockopt(mnl_socket_get_fd(socket.get()), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  const ssize_t got = mnl_socket_recvfrom(socket.get(), room.data(), room.size());
  if (got <= 0) return std::nullopt;
  const auto ignore = [](const nlmsghdr* /*message*/, void* /*nothing*/) { return MNL_CB_OK; };
  if (mnl_cb_run(room.data(), static_cast<std::size_t>(got), 0, 0, ignore, nullptr) >= 0) return true;
  return errno == ENOENT ? std::optional{false} : std::nullopt;
}

std::optional<bool> has_connector() {
  const UniqueFd socket{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_CONNECTOR)};
  if (!socket && errno == EPROTONOSUPPORT) return false;
  return std::nullopt;
}

}  // namespace procledger::probe
