// SPDX-License-Identifier: Apache-2.0
#include "sources/taskstats/netlink.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace procledger::taskstats {
namespace {

constexpr std::size_t kDatagramBytes = 16 * 1024;  // a record of version 17 with the sums of its process has 1.6 KiB

/// More datagrams than the largest receive buffer holds: the smallest one takes about 700 bytes there.
constexpr int kMaxAtOnce = 1 << 17;

// Without CAP_NET_ADMIN the kernel limits the buffer to net.core.rmem_max.
void set_room(int fd, std::uint32_t bytes) {
  const auto value = static_cast<int>(std::min(bytes, 1u << 30));
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &value, sizeof(value)) == 0) return;
  static_cast<void>(::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, sizeof(value)));
}

}  // namespace

Netlink::Netlink(mnl_socket* socket, std::string name) : socket_{socket}, name_{std::move(name)}, datagram_(kDatagramBytes) {}

Result<Netlink> Netlink::open(int protocol, unsigned groups, std::uint32_t receive_bytes, std::string name) {
  mnl_socket* const opened = mnl_socket_open2(protocol, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (opened == nullptr && (errno == EPROTONOSUPPORT || errno == EAFNOSUPPORT)) {
    return fail(ErrorKind::kUnsupported, "this kernel has no " + name);
  }
  if (opened == nullptr) return tl::unexpected{system_error("opening " + name, errno)};
  Netlink socket{opened, std::move(name)};
  set_room(socket.fd(), receive_bytes);
  if (mnl_socket_bind(opened, groups, MNL_SOCKET_AUTOPID) < 0) return tl::unexpected{system_error("joining " + socket.name_, errno)};
  return socket;
}

Result<void> Netlink::send(const nlmsghdr& message) const {
  if (mnl_socket_sendto(socket_.get(), &message, message.nlmsg_len) < 0) return tl::unexpected{system_error("asking " + name_, errno)};
  return {};
}

Result<std::uint64_t> Netlink::read(const std::function<void(std::span<const std::byte>)>& take) {
  std::uint64_t overruns = 0;
  for (int count = 0; count < kMaxAtOnce; ++count) {
    const ssize_t got = mnl_socket_recvfrom(socket_.get(), datagram_.data(), datagram_.size());
    if (got >= 0) {
      take(std::span{datagram_}.first(static_cast<std::size_t>(got)));
    } else if (errno == ENOBUFS) {
      ++overruns;
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR && errno != ENOSPC) {  // ENOSPC: libmnl's error for a datagram larger than the buffer
      return tl::unexpected{system_error("reading " + name_, errno)};
    }
  }
  return overruns;
}

Result<void> Netlink::ask(const nlmsghdr& request, const std::function<bool(std::span<const std::byte>)>& answered,
                          std::chrono::milliseconds patience) {
  if (auto sent = send(request); !sent) return sent;
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    bool done = false;
    const auto got = read([&](std::span<const std::byte> datagram) { done = answered(datagram) || done; });
    if (!got) return tl::unexpected{got.error()};
    if (done) return {};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return fail(ErrorKind::kIo, name_ + " does not answer");
    pollfd waiting{fd(), POLLIN, 0};
    static_cast<void>(::poll(&waiting, 1, static_cast<int>(left.count())));
  }
}

}  // namespace procledger::taskstats
