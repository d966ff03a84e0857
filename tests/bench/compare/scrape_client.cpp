// SPDX-License-Identifier: Apache-2.0
#include "compare/scrape_client.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>

namespace procledger::bench {
namespace {

constexpr timeval kPatience{.tv_sec = 120, .tv_usec = 0};

constexpr std::string_view kRequest =
    "GET /metrics HTTP/1.1\r\n"
    "Host: localhost\r\n"
    "User-Agent: Prometheus/2.42.0\r\n"
    "Accept: application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r\n"
    "Accept-Encoding: gzip\r\n"
    "X-Prometheus-Scrape-Timeout-Seconds: 120\r\n\r\n";

constexpr std::string_view kLength = "\r\nContent-Length: ";

}  // namespace

Result<void> ScrapeClient::ensure_connected() {
  if (socket_) return {};
  auto socket = test::connect_to(address_);
  if (!socket) return tl::unexpected{socket.error()};
  if (::setsockopt(socket->get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience)) != 0) {
    return tl::unexpected{system_error("setting a time limit", errno)};
  }
  socket_ = std::move(*socket);
  return {};
}

Result<bool> ScrapeClient::receive() {
  std::array<char, 65536> bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by recv
  const ssize_t got = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
  if (got < 0 && errno != ECONNRESET) return tl::unexpected{system_error("waiting for a page", errno)};
  if (got > 0) buffer_.append(bytes.data(), static_cast<std::size_t>(got));
  return got > 0;
}

Result<void> ScrapeClient::receive_until(std::size_t bytes) {
  while (buffer_.size() < bytes) {
    const auto more = receive();
    if (!more) return tl::unexpected{more.error()};
    if (!*more) return fail(ErrorKind::kIo, "the server closed the connection within a page");
  }
  return {};
}

Result<std::size_t> ScrapeClient::receive_through(const std::string& mark, std::size_t from) {
  for (;;) {
    if (const std::size_t at = buffer_.find(mark, from); at != std::string::npos) return at + mark.size();
    if (auto done = receive_until(buffer_.size() + 1); !done) return tl::unexpected{done.error()};
  }
}

Result<void> ScrapeClient::receive_body(std::size_t at, const std::string& head) {
  if (const std::size_t length = head.find(kLength); length != std::string::npos) {
    return receive_until(at + std::strtoull(head.c_str() + length + kLength.size(), nullptr, 10));
  }
  for (;;) {  // chunks
    const auto data = receive_through("\r\n", at);
    if (!data) return tl::unexpected{data.error()};
    const std::size_t size = std::strtoull(buffer_.c_str() + at, nullptr, 16);
    at = *data + size + 2;
    if (auto done = receive_until(at); !done || size == 0) return done;
  }
}

Result<void> ScrapeClient::send_request() {
  for (bool again = static_cast<bool>(socket_);; again = false) {
    if (auto done = ensure_connected(); !done) return done;
    buffer_.clear();
    const ssize_t sent = ::send(socket_.get(), kRequest.data(), kRequest.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(kRequest.size())) {
      const auto answered = receive();
      if (!answered) return tl::unexpected{answered.error()};
      if (*answered) return {};
    }
    socket_ = UniqueFd{};
    if (!again) return fail(ErrorKind::kIo, "the server closed the connection without an answer");
  }
}

Result<void> ScrapeClient::scrape() {
  if (auto sent = send_request(); !sent) return sent;
  const auto body = receive_through("\r\n\r\n", 0);
  if (!body) return tl::unexpected{body.error()};
  const std::string head = buffer_.substr(0, *body);
  if (!head.starts_with("HTTP/1.1 200 ")) return fail(ErrorKind::kIo, "a scrape was answered: " + head.substr(0, head.find('\r')));
  return receive_body(*body, head);
}

}  // namespace procledger::bench
