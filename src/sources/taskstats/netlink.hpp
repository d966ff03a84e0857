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

}  // namespace procledger::taskstats
