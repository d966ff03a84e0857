// SPDX-License-Identifier: Apache-2.0
#include "support/http_client.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <memory>

#include "support/clocks.hpp"

namespace procledger::test {
namespace {

struct AddrinfoDeleter {
  void operator()(addrinfo* list) const noexcept { freeaddrinfo(list); }
};
using UniqueAddrinfo = std::unique_ptr<addrinfo, AddrinfoDeleter>;

UniqueAddrinfo resolve(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list{};
  if (getaddrinfo(host.c_str(), port.c_str(), &hints, &list) != 0) return nullptr;
  return UniqueAddrinfo{list};
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::size_t to_size(std::string_view text, int base) {
  std::size_t value{};
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

}  // namespace

Result<Address> Address::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return fail(ErrorKind::kMalformed, "no port in " + std::string{text});
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return Address{std::string{host}, static_cast<std::uint16_t>(to_size(text.substr(colon + 1), 10))};
}

std::string Address::text() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<std::uint16_t> free_port() {
  const UniqueFd probe{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (bind(probe.get(), plain, size) != 0 || getsockname(probe.get(), plain, &size) != 0) {
    return tl::unexpected{system_error("looking for a free port", errno)};
  }
  return ntohs(address.sin_port);
}

Result<UniqueFd> connect_to(const Address& address, const std::string& source) {
  const auto there = resolve(address.host, std::to_string(address.port));
  if (!there) return fail(ErrorKind::kMalformed, "not a numeric address: " + address.text());
  UniqueFd socket_fd{socket(there->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!socket_fd) return tl::unexpected{system_error("socket", errno)};
  const timeval limit{.tv_sec = kHangDeadline.count(), .tv_usec = 0};
  setsockopt(socket_fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  setsockopt(socket_fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  if (!source.empty()) {
    const auto here = resolve(source, "0");
    if (!here || bind(socket_fd.get(), here->ai_addr, here->ai_addrlen) != 0) {
      return tl::unexpected{system_error("bind " + source, errno)};
    }
  }
  if (connect(socket_fd.get(), there->ai_addr, there->ai_addrlen) != 0) {
    return tl::unexpected{system_error("connect " + address.text(), errno)};
  }
  return socket_fd;
}

Result<HttpResponse> HttpClient::request(const std::string& method, const std::string& path, const std::vector<std::string>& headers) {
  if (!socket_ || !keep_alive_) {
    auto fresh = connect_to(address_, source_);
    if (!fresh) return tl::unexpected{fresh.error()};
    socket_ = std::move(*fresh);
    buffer_.clear();
  }
  std::string text = method + " " + path + " HTTP/1.1\r\nHost: " + address_.text() + "\r\n";
  for (const std::string& header : headers) text += header + "\r\n";
  text += keep_alive_ ? "\r\n" : "Connection: close\r\n\r\n";
  if (auto sent = send_all(text); !sent) return tl::unexpected{sent.error()};
  auto response = read_head();
  if (!response) return response;
  if (method != "HEAD") {
    if (auto body = read_body(*response); !body) return tl::unexpected{body.error()};
  }
  if (lower(response->headers["connection"]) == "close") socket_ = UniqueFd{};
  return response;
}

Result<void> HttpClient::send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return tl::unexpected{system_error("send", errno)};
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<void> HttpClient::receive() {
  std::array<char, 16384> part{};
  const ssize_t got = recv(socket_.get(), part.data(), part.size(), 0);
  if (got < 0) return tl::unexpected{system_error("recv", errno)};
  if (got == 0) return fail(ErrorKind::kGone, "the server closed the connection");
  buffer_.append(part.data(), static_cast<std::size_t>(got));
  return {};
}

Result<HttpResponse> HttpClient::read_head() {
  std::size_t end{};
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (auto more = receive(); !more) return tl::unexpected{more.error()};
  }
  const std::string head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  HttpResponse response;
  if (!head.starts_with("HTTP/1.") || head.size() < 12) return fail(ErrorKind::kMalformed, "no HTTP status line: " + head);
  response.status = static_cast<int>(to_size(std::string_view{head}.substr(9, 3), 10));
  for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
    const std::size_t stop = head.find("\r\n", at);
    const std::size_t colon = head.find(':', at);
    if (colon != std::string::npos && colon < stop) {
      const std::size_t value = head.find_first_not_of(' ', colon + 1);
      response.headers[lower(head.substr(at, colon - at))] = head.substr(value, stop - value);
    }
    at = stop + 2;
  }
  return response;
}

Result<void> HttpClient::read_body(HttpResponse& response) {
  if (lower(response.headers["transfer-encoding"]) == "chunked") return read_chunks(response);
  const auto length = response.headers.find("content-length");
  if (length != response.headers.end()) {
    const std::size_t size = to_size(length->second, 10);
    while (buffer_.size() < size) {
      if (auto more = receive(); !more) return more;
    }
    response.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return {};
  }
  for (;;) {
    auto more = receive();
    if (more) continue;
    if (more.error().kind != ErrorKind::kGone) return more;
    response.body = std::exchange(buffer_, {});
    socket_ = UniqueFd{};
    return {};
  }
}

Result<void> HttpClient::read_chunks(HttpResponse& response) {
  for (;;) {
    std::size_t line{};
    while ((line = buffer_.find("\r\n")) == std::string::npos) {
      if (auto more = receive(); !more) return more;
    }
    const std::size_t size = to_size(std::string_view{buffer_}.substr(0, line), 16);
    while (buffer_.size() < line + 2 + size + 2) {
      if (auto more = receive(); !more) return more;
    }
    response.body += buffer_.substr(line + 2, size);
    buffer_.erase(0, line + 2 + size + 2);
    if (size == 0) return {};
  }
}

}  // namespace procledger::test
