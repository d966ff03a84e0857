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

/// One netlink socket that never blocks.
class Netlink {
 public:
  /// @param groups  multicast groups to join, as a mask
  /// @param receive_bytes  what may wait in the kernel; the kernel doubles it, since it counts its own overhead
  /// @param name  for messages
  /// @error kPermission, kUnsupported: this kernel does not have the protocol; kIo
  [[nodiscard]] static Result<Netlink> open(int protocol, unsigned groups, std::uint32_t receive_bytes, std::string name);

  [[nodiscard]] bool is_open() const { return socket_ != nullptr; }  ///< false once moved from
  [[nodiscard]] int fd() const { return mnl_socket_get_fd(socket_.get()); }
  /// Distinguishes this socket from all others of the protocol.
  [[nodiscard]] std::uint32_t port() const { return mnl_socket_get_portid(socket_.get()); }

  [[nodiscard]] Result<void> send(const nlmsghdr& message) const;

  /// Hands the datagrams that wait to `take`, at most about as many as were waiting at first: whoever sends faster than they are read must
  /// not keep us here. @return how often the kernel had to drop some since the last call
  [[nodiscard]] Result<std::uint64_t> read(const std::function<void(std::span<const std::byte>)>& take);

  /// Sends a request and reads until `answered` recognises its answer; what else comes meanwhile is dropped.
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

// libmnl's iterators as one function each, over bytes that may say anything.

/// Calls `visit(header, payload)` for each message. False: the datagram ends in the middle of one. `datagram` begins at a multiple of 4.
template <typename Visit>
[[nodiscard]] bool each_message(std::span<const std::byte> datagram, Visit visit) {
  auto left = static_cast<int>(datagram.size());
  const auto* header = reinterpret_cast<const nlmsghdr*>(datagram.data());
  // libmnl 1.0.4 takes a length of 2 GiB and more for a negative one, which is less than what is left.
  while (mnl_nlmsg_ok(header, left) && header->nlmsg_len <= static_cast<std::uint32_t>(left)) {
    visit(*header, std::span{static_cast<const std::byte*>(mnl_nlmsg_get_payload(header)), mnl_nlmsg_get_payload_len(header)});
    header = mnl_nlmsg_next(header, &left);
  }
  return left <= 0;
}

/// Calls `visit(attribute)` for each attribute. False: the bytes end in the middle of one.
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

/// The kernel talks of processes to the host's own namespaces only.
[[nodiscard]] inline tl::unexpected<Error> wrong_namespace(const std::string& which) {
  return fail(ErrorKind::kUnsupported,
              "the source taskstats works only in the host's own user, pid and network namespace, and this is another " + which +
                  " namespace: run on the host, in Kubernetes with hostPID: true and hostNetwork: true, "
                  "in Docker with --pid=host --network=host --userns=host");
}

}  // namespace procledger::taskstats
