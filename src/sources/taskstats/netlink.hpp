// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libmnl/libmnl.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace procledger::taskstats {

/// The kernel answers a request within microseconds, unless the machine hangs.
inline constexpr std::chrono::seconds kAnswerTimeout{2};

/// Owns one non-blocking netlink socket and its receive buffer. Connector and ExitListener hold one each.
class Netlink {
 public:
  /// @param groups  multicast groups to join, as a mask
  /// @param receive_bytes  size of the kernel's receive buffer; the kernel doubles it, since it counts its own overhead
  /// @param name  name of the protocol in error messages
  /// @error kPermission; kUnsupported: this kernel does not have the protocol; kIo
  [[nodiscard]] static Result<Netlink> open(int protocol, unsigned groups, std::uint32_t receive_bytes, std::string name);

  [[nodiscard]] bool is_open() const { return socket_ != nullptr; }  ///< false once moved from
  [[nodiscard]] int fd() const { return mnl_socket_get_fd(socket_.get()); }
  /// Port id: distinguishes this socket from all others of the protocol.
  [[nodiscard]] std::uint32_t port() const { return mnl_socket_get_portid(socket_.get()); }

  [[nodiscard]] Result<void> send(const nlmsghdr& message) const;

  /// Passes waiting datagrams to `take`. The number is bounded, so that a sender that is faster than this reader does not keep it forever.
  /// @return how many times the kernel dropped datagrams since the last call
  [[nodiscard]] Result<std::uint64_t> read(const std::function<void(std::span<const std::byte>)>& take);

  /// Sends a request and reads until `answered` returns true for a datagram. Other datagrams are dropped.
  /// @error kIo: no answer in time
  [[nodiscard]] Result<void> ask(const nlmsghdr& request, const std::function<bool(std::span<const std::byte>)>& answered,
                                 std::chrono::milliseconds patience);

 private:
  struct Closer {
    void operator()(mnl_socket* socket) const noexcept { mnl_socket_close(socket); }
  };

  explicit Netlink(mnl_socket* socket, std::string name);

  std::unique_ptr<mnl_socket, Closer> socket_;
  std::string name_;
  std::vector<std::byte> datagram_;
};

// libmnl's iterators as one function each, safe for malformed input.

/// Calls `visit(header, payload)` for each message. False: the datagram ends in the middle of a message. `datagram` is aligned to 4 bytes.
template <typename Visit>
[[nodiscard]] bool each_message(std::span<const std::byte> datagram, Visit visit) {
  auto left = static_cast<int>(datagram.size());
  const auto* header = reinterpret_cast<const nlmsghdr*>(datagram.data());
  // libmnl 1.0.4 treats a length of 2 GiB or more as negative, and so as less than `left`.
  while (mnl_nlmsg_ok(header, left) && header->nlmsg_len <= static_cast<std::uint32_t>(left)) {
    visit(*header, std::span{static_cast<const std::byte*>(mnl_nlmsg_get_payload(header)), mnl_nlmsg_get_payload_len(header)});
    header = mnl_nlmsg_next(header, &left);
  }
  return left <= 0;
}

/// Calls `visit(attribute)` for each attribute. False: the bytes end in the middle of an attribute.
template <typename Visit>
[[nodiscard]] bool each_attribute(std::span<const std::byte> bytes, Visit visit) {
  const auto* attribute = reinterpret_cast<const nlattr*>(bytes.data());
  auto left = static_cast<int>(bytes.size());
  while (mnl_attr_ok(attribute, left)) {
    visit(*attribute);
    left -= MNL_ALIGN(attribute->nla_len);
    attribute = mnl_attr_next(attribute);
  }
  return left <= 0;
}

[[nodiscard]] inline std::span<const std::byte> payload_of(const nlattr& attribute) {
  return {static_cast<const std::byte*>(mnl_attr_get_payload(&attribute)), mnl_attr_get_payload_len(&attribute)};
}

[[nodiscard]] inline tl::unexpected<Error> no_right() {
  return fail(ErrorKind::kPermission,
              "the source taskstats needs CAP_NET_ADMIN: with systemd AmbientCapabilities=CAP_NET_ADMIN, in Kubernetes "
              "securityContext.capabilities.add: [NET_ADMIN], with Docker --cap-add=NET_ADMIN");
}

/// The kernel reports processes to the host's (initial) namespaces only.
[[nodiscard]] inline tl::unexpected<Error> wrong_namespace(const std::string& which) {
  return fail(ErrorKind::kUnsupported,
              "the source taskstats needs the host's user, pid and network namespaces, and procledger runs in another " + which +
                  " namespace: run on the host, in Kubernetes with hostPID: true and hostNetwork: true, "
                  "in Docker with --pid=host --network=host --userns=host");
}

}  // namespace procledger::taskstats
