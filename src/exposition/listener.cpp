// SPDX-License-Identifier: Apache-2.0
#include "exposition/listener.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <memory>
#include <vector>

namespace procledger::exposition {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const noexcept { freeaddrinfo(list); }
};
using AddressList = std::unique_ptr<addrinfo, FreeAddresses>;

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size();
}

Result<AddressList> resolve(std::string_view text, const ListenAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int code = getaddrinfo(address.host.empty() ? nullptr : address.host.c_str(), address.port.c_str(), &hints, &found);
  if (code != 0) return fail(ErrorKind::kUsage, "listen address \"" + std::string{text} + "\": " + gai_strerror(code));
  return AddressList{found};
}

/// Sorts candidates: IPv6 first for all addresses, because that socket also accepts IPv4; IPv4 first for a name, because users expect it of
/// localhost.
std::vector<const addrinfo*> in_order(const AddressList& list, bool all_addresses) {
  std::vector<const addrinfo*> order;
  for (const auto* each = list.get(); each != nullptr; each = each->ai_next) order.push_back(each);
  const int first = all_addresses ? AF_INET6 : AF_INET;
  std::ranges::stable_partition(order, [first](const auto* each) { return each->ai_family == first; });
  return order;
}

bool set_option(int fd, int level, int option, int value) { return setsockopt(fd, level, option, &value, sizeof(value)) == 0; }

/// A listening socket, or errno in the second.
std::pair<UniqueFd, int> try_listen(const addrinfo& address) {
  UniqueFd fd{socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!fd) return {UniqueFd{}, errno};
  const bool dual = address.ai_family == AF_INET6;
  const bool listening = set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1) &&
                         (!dual || set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0)) &&
                         bind(fd.get(), address.ai_addr, address.ai_addrlen) == 0 && listen(fd.get(), SOMAXCONN) == 0;
  if (!listening) return {UniqueFd{}, errno};
  return {std::move(fd), 0};
}

Result<std::string> bound_address(int fd) {
  sockaddr_storage storage{};
  auto* const address = reinterpret_cast<sockaddr*>(&storage);
  socklen_t size = sizeof(storage);
  if (getsockname(fd, address, &size) != 0) return tl::unexpected{system_error("getsockname", errno)};
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  const int code = getnameinfo(address, size, host.data(), host.size(), port.data(), port.size(), NI_NUMERICHOST | NI_NUMERICSERV);
  if (code != 0) return fail(ErrorKind::kIo, std::string{"getnameinfo: "} + gai_strerror(code));
  const std::string name = host.data();
  return (storage.ss_family == AF_INET6 ? "[" + name + "]" : name) + ":" + port.data();
}

/// Whether this host lacks the protocol or the address, so that the next candidate may work.
bool absent_here(int errno_value) { return errno_value == EAFNOSUPPORT || errno_value == EADDRNOTAVAIL; }

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const auto malformed = [text] {
    return fail(ErrorKind::kUsage, "listen address \"" + std::string{text} +
                                       "\" is not an address and a port, such as \":9056\", \"127.0.0.1:9056\" or \"[::1]:9056\"");
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || !is_port(text.substr(colon + 1))) return malformed();
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[')) {
    if (host.size() < 3 || !host.ends_with(']')) return malformed();
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":]") != std::string_view::npos) {
    return malformed();
  }
  return ListenAddress{std::string{host}, std::string{text.substr(colon + 1)}};
}

Result<Listener> listen_on(std::string_view text) {
  const auto address = parse_listen_address(text);
  if (!address) return tl::unexpected{address.error()};
  const auto list = resolve(text, *address);
  if (!list) return tl::unexpected{list.error()};
  int last_errno = EADDRNOTAVAIL;
  for (const auto* candidate : in_order(*list, address->host.empty())) {
    auto [fd, error] = try_listen(*candidate);
    if (fd) {
      auto bound = bound_address(fd.get());
      if (!bound) return tl::unexpected{bound.error()};
      return Listener{std::move(fd), std::move(*bound)};
    }
    last_errno = error;
    if (!absent_here(error)) break;
  }
  return tl::unexpected{listen_error(text, last_errno)};
}

Error listen_error(std::string_view text, int errno_value) {
  Error error = system_error("cannot listen on " + std::string{text}, errno_value);
  const std::string port{text.substr(std::min(text.rfind(':') + 1, text.size()))};
  if (error.kind == ErrorKind::kBusy) {
    error.message +=
        "; stop the program that uses the port (ss -ltnp 'sport = :" + port + "' shows the program), or set another --web.listen-address";
  } else if (errno_value == EADDRNOTAVAIL) {
    error.message += "; set --web.listen-address to an address of this host (ip address shows all)";
  } else if (error.kind == ErrorKind::kPermission) {
    error.message += "; port " + port + " needs CAP_NET_BIND_SERVICE; add it, or set --web.listen-address to a port from 1024 up";
  }
  return error;
}

}  // namespace procledger::exposition
