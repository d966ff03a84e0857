// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "sources/taskstats/messages.hpp"
#include "sources/taskstats/netlink.hpp"

namespace procledger::taskstats {

/// Listens to the proc connector: forks, execs, changes of name and user, exits. Owns the socket. KernelNetlinkFeed calls it.
class Connector {
 public:
  /// @error as open_kernel_feed
  [[nodiscard]] static Result<Connector> open(std::uint32_t receive_bytes);

  Connector(Connector&&) = default;
  Connector& operator=(Connector&&) = delete;
  Connector(const Connector&) = delete;
  ~Connector();

  [[nodiscard]] int fd() const { return socket_.fd(); }

  /// Appends the waiting events. @return how many times the kernel dropped events
  [[nodiscard]] Result<std::uint64_t> read(std::vector<LifeEvent>& events);

 private:
  explicit Connector(Netlink socket) : socket_{std::move(socket)} {}

  Netlink socket_;
};

}  // namespace procledger::taskstats
