// SPDX-License-Identifier: Apache-2.0
// Scrapes as Prometheus does: the same request headers, and one connection for all scrapes, which is reopened if the server closes it.
// Unlike test::HttpClient, the client has no timeout: process-exporter may need half a minute for 5,000 processes on a busy machine.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"
#include "base/unique_fd.hpp"
#include "support/http_client.hpp"

namespace procledger::bench {

class ScrapeClient {
 public:
  explicit ScrapeClient(test::Address address) : address_{std::move(address)} {}

  /// Gets /metrics, compressed, and drops the page.
  Result<void> scrape();

 private:
  Result<void> ensure_connected();
  Result<void> send_request();
  Result<bool> receive();  ///< appends to buffer_; false: the server has closed the connection
  Result<void> receive_until(std::size_t bytes);
  Result<std::size_t> receive_through(const std::string& mark, std::size_t from);  ///< returns the position after the mark
  Result<void> receive_body(std::size_t at, const std::string& head);

  test::Address address_;
  UniqueFd socket_;
  std::string buffer_;
};

}  // namespace procledger::bench
