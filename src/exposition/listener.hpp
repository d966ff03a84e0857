// SPDX-License-Identifier: Apache-2.0
// Listening sockets, made by ourselves: clear errors, and one socket for IPv4 and IPv6.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace procledger::exposition {

struct ListenAddress {
  std::string host;  ///< empty: every address of the host
  std::string port;  ///< decimal; "0": any that is free
};

/// @error kUsage: not ":9056", "127.0.0.1:9056", "[::1]:9056" or "name:9056"
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

struct Listener {
  UniqueFd fd;          ///< non-blocking, listening
  std::string address;  ///< as bound, the port never 0: "[::]:9056", "127.0.0.1:9056"
};

/// Listens on that address. All addresses means IPv6 and IPv4 through one socket, or IPv4 alone where the host has no IPv6.
/// @error kUsage: malformed, or a name that does not resolve.  kBusy: taken.  kPermission: a privileged port.  kIo: the rest
[[nodiscard]] Result<Listener> listen_on(std::string_view text);

/// The error of a failed socket call, with the remedy.
[[nodiscard]] Error listen_error(std::string_view text, int errno_value);

}  // namespace procledger::exposition
