// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sources/taskstats/messages.hpp"
#include "sources/taskstats/netlink.hpp"

namespace procledger::taskstats {

/// The records that the kernel writes when a task exits.
class ExitListener {
 public:
  /// @error as open_kernel_feed
  [[nodiscard]] static Result<ExitListener> open(std::uint32_t receive_bytes);

  [[nodiscard]] int fd() const { return socket_.fd(); }

  /// Appends what waits. @return how often the kernel had to drop some
  [[nodiscard]] Result<std::uint64_t> read(std::vector<ExitRecord>& records);

 private:
  ExitListener(Netlink socket, std::uint16_t family) : socket_{std::move(socket)}, family_{family} {}

  Netlink socket_;
  std::uint16_t family_;
};

}  // namespace procledger::taskstats
