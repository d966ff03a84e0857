// SPDX-License-Identifier: Apache-2.0
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "base/unique_fd.hpp"
#include "facts/parts.hpp"

namespace procledger::facts {
namespace {

constexpr std::size_t kLongestName = GENL_NAMSIZ;

/// CTRL_CMD_GETFAMILY with one attribute, the name.
struct FamilyRequest {
  nlmsghdr header{};
  genlmsghdr command{};
  nlattr attribute{};
  std::array<char, kLongestName> name{};
};
static_assert(offsetof(FamilyRequest, name) == sizeof(nlmsghdr) + sizeof(genlmsghdr) + sizeof(nlattr), "no padding in between");

UniqueFd open_netlink(int protocol) { return UniqueFd{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol)}; }

}  // namespace

std::optional<bool> has_netlink_family(const std::string& name) {
  FamilyRequest request;
  const std::size_t length = name.size() + 1;
  const UniqueFd socket = open_netlink(NETLINK_GENERIC);
  if (length > kLongestName || !socket) return std::nullopt;
  request.header.nlmsg_type = GENL_ID_CTRL;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.header.nlmsg_len = static_cast<__u32>(offsetof(FamilyRequest, name) + (length + 3) / 4 * 4);
  request.command.cmd = CTRL_CMD_GETFAMILY;
  request.command.version = 1;
  request.attribute.nla_type = CTRL_ATTR_FAMILY_NAME;
  request.attribute.nla_len = static_cast<__u16>(sizeof(nlattr) + length);
  std::memcpy(request.name.data(), name.c_str(), length);
  if (::send(socket.get(), &request, request.header.nlmsg_len, 0) < 0) return std::nullopt;

  // The kernel answers within send(); the timeout is for a kernel that does not.
  const timeval patience{.tv_sec = 1, .tv_usec = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  alignas(nlmsghdr) std::array<std::byte, 4096> answer{};
  const ssize_t got = ::recv(socket.get(), answer.data(), answer.size(), 0);
  nlmsghdr header{};
  if (got < static_cast<ssize_t>(sizeof(header))) return std::nullopt;
  std::memcpy(&header, answer.data(), sizeof(header));
  if (header.nlmsg_type == GENL_ID_CTRL) return true;
  nlmsgerr error{};
  if (header.nlmsg_type != NLMSG_ERROR || got < static_cast<ssize_t>(sizeof(header) + sizeof(error))) return std::nullopt;
  std::memcpy(&error, answer.data() + sizeof(header), sizeof(error));
  return error.error == -ENOENT ? std::optional{false} : std::nullopt;
}

std::optional<bool> has_connector() {
  const UniqueFd socket = open_netlink(NETLINK_CONNECTOR);
  if (!socket && errno == EPROTONOSUPPORT) return false;
  return std::nullopt;
}

}  // namespace procledger::facts
