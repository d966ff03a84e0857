// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sources/taskstats/messages.hpp"
#include "sources/taskstats/netlink.hpp"

namespace procledger::taskstats {

/// Listens to taskstats: the exit records of all tasks. Owns the socket. KernelNetlinkFeed calls it.
class ExitListener {
 public:
  /// @error as open_kernel_feed
  [[nodiscard]] static Result<ExitListener> open(std::uint32_t receive_bytes);

  [[nodiscard]] int fd() const { return socket_.fd(); }

  /// Appends the waiting records. @return how many times the kernel dropped records
  [[nodiscard]] Result<std::uint64_t> read(std::vector<ExitRecord>& records);

 private:
  ExitListener(Netlink socket, std::uint16_t family) : socket_{std::move(socket)}, family_{family} {}

  Netlink socket_;
  std::uint16_t family_;
};

}  // namespace procledger::taskstats
