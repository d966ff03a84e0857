// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "sources/taskstats/messages.hpp"
#include "sources/taskstats/netlink.hpp"

namespace procledger::taskstats {

/// Births, execs, names, users and exits as the proc connector multicasts them.
class Connector {
 public:
  /// @error as open_kernel_feed
  [[nodiscard]] static Result<Connector> open(std::uint32_t receive_bytes);

  Connector(Connector&&) = default;
  Connector& operator=(Connector&&) = delete;
  Connector(const Connector&) = delete;
  ~Connector();

  [[nodiscard]] int fd() const { return socket_.fd(); }

  /// Appends what waits. @return how often the kernel had to drop some
  [[nodiscard]] Result<std::uint64_t> read(std::vector<LifeEvent>& events);

 private:
  explicit Connector(Netlink socket) : socket_{std::move(socket)} {}

  Netlink socket_;
};

}  // namespace procledger::taskstats
