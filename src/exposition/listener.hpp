// SPDX-License-Identifier: Apache-2.0
// Opens listening sockets: errors name a remedy, and one socket accepts IPv4 and IPv6. libmicrohttpd gets the open socket.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace procledger::exposition {

struct ListenAddress {
  std::string host;  ///< empty: every address of the host
  std::string port;  ///< decimal; "0": any free port
};

/// @error  kUsage: the form is not ":9056", "127.0.0.1:9056", "[::1]:9056" or "name:9056"
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

struct Listener {
  UniqueFd fd;          ///< non-blocking, listening
  std::string address;  ///< the bound address, with a port that is not 0: "[::]:9056", "127.0.0.1:9056"
};

/// Listens on an address. An empty host means all addresses of IPv6 and IPv4 through one socket, or of IPv4 on a host without IPv6.
/// @error  kUsage: malformed address, or a name that does not resolve; kBusy: in use; kPermission: privileged port; kIo: other errors
[[nodiscard]] Result<Listener> listen_on(std::string_view text);

/// The error of a failed socket call, with a remedy.
[[nodiscard]] Error listen_error(std::string_view text, int errno_value);

}  // namespace procledger::exposition
