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
  /// @error kIo: it cannot be run or does not get ready
  [[nodiscard]] static Result<PrometheusServer> start(const Address& target, int scrape_seconds);

  /// With this text as its prometheus.yml; what files that names has absolute paths.
  /// @error kIo: as above
  [[nodiscard]] static Result<PrometheusServer> start_with(const std::string& config);

  /// Any question to its HTTP API: the member `data` of the answer, as JSON.
  /// @error kMalformed: it was not successful, with Prometheus's words
  [[nodiscard]] Result<std::string> ask(const std::string& path, const std::map<std::string, std::string>& parameters = {}) const;
  /// An instant query: the values by one label.
  /// @error kMalformed: the answer is not a vector, with Prometheus's words
  [[nodiscard]] Result<std::map<std::string, double>> query(const std::string& expression, const std::string& label) const;
  /// What it says about its last scrape of the target; empty when there is nothing to say against it.
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

/// What `promtool check metrics` says against a page; empty: nothing.
[[nodiscard]] Result<std::string> promtool_complaints(const std::string& page);

}  // namespace procledger::test
