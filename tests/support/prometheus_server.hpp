// SPDX-License-Identifier: Apache-2.0
// A real Prometheus that scrapes a daemon, on loopback, with its data in a temporary directory.
#pragma once

#include <map>
#include <string>

#include "support/child.hpp"
#include "support/files.hpp"
#include "support/http_client.hpp"

namespace procledger::test {

class PrometheusServer {
 public:
  /// @error kIo: Prometheus cannot be run or does not become ready
  [[nodiscard]] static Result<PrometheusServer> start(const Address& target, int scrape_seconds);

  /// Starts Prometheus with this text as prometheus.yml. Paths in the text are absolute.
  /// @error kIo: as above
  [[nodiscard]] static Result<PrometheusServer> start_with(const std::string& config);

  /// Any request to the HTTP API: the member `data` of the answer, as JSON.
  /// @error kMalformed: the request was not successful; the message is the answer
  [[nodiscard]] Result<std::string> ask(const std::string& path, const std::map<std::string, std::string>& parameters = {}) const;
  /// An instant query: the values by one label.
  /// @error kMalformed: the answer is not a vector; the message is the answer
  [[nodiscard]] Result<std::map<std::string, double>> query(const std::string& expression, const std::string& label) const;
  /// The error of the last scrape of the target; empty if there was none.
  [[nodiscard]] Result<std::string> last_scrape_error() const;
  [[nodiscard]] std::string log() const { return child_.err(); }
  [[nodiscard]] const Address& address() const { return address_; }

 private:
  PrometheusServer(std::unique_ptr<TempDir> directory, Child child, Address address)
      : directory_{std::move(directory)}, child_{std::move(child)}, address_{std::move(address)} {}

  std::unique_ptr<TempDir> directory_;  // outlives the server
  Child child_;
  Address address_;
};

/// The findings of `promtool check metrics` for a page; empty if there are none.
[[nodiscard]] Result<std::string> promtool_complaints(const std::string& page);

}  // namespace procledger::test
