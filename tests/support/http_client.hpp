// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 over a plain socket, so that a test sees the received bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace procledger::test {

struct Address {
  std::string host;  ///< numeric, IPv6 without brackets
  std::uint16_t port{};

  /// "127.0.0.1:9056" or "[::1]:9056".
  [[nodiscard]] static Result<Address> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
};

/// A port of 127.0.0.1 that was free at the call, for programs that cannot listen on port 0 and report the port.
[[nodiscard]] Result<std::uint16_t> free_port();

/// A connected TCP socket; reads and writes time out after 10 s.
/// @param source  the local address; empty: the kernel chooses
[[nodiscard]] Result<UniqueFd> connect_to(const Address& address, const std::string& source = {});

struct HttpResponse {
  int status{};
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;                            ///< chunks joined
};

class HttpClient {
 public:
  /// Sends HTTP/1.1. The connection stays open between requests if `keep_alive` is set and the server keeps it.
  explicit HttpClient(Address address, std::string source = {}, bool keep_alive = false)
      : address_{std::move(address)}, source_{std::move(source)}, keep_alive_{keep_alive} {}

  [[nodiscard]] Result<HttpResponse> get(const std::string& path, const std::vector<std::string>& headers = {}) {
    return request("GET", path, headers);
  }
  /// @param headers  whole lines, without the end of line
  [[nodiscard]] Result<HttpResponse> request(const std::string& method, const std::string& path,
                                             const std::vector<std::string>& headers = {});

 private:
  Result<void> send_all(std::string_view bytes);
  Result<void> receive();  ///< appends at least a byte to buffer_
  Result<HttpResponse> read_head();
  Result<void> read_body(HttpResponse& response);
  Result<void> read_chunks(HttpResponse& response);

  Address address_;
  std::string source_;
  bool keep_alive_{};
  UniqueFd socket_;
  std::string buffer_;  ///< received, not yet parsed
};

}  // namespace procledger::test
