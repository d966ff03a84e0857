// SPDX-License-Identifier: Apache-2.0
// Asks a Prometheus server, or whoever speaks its API.
#pragma once

#include <string>

#include "base/result.hpp"
#include "commands/report/http_client.hpp"
#include "commands/report/rows.hpp"

namespace procledger::report {

// What Prometheus answers, as values.

/// The series of a range query's answer, `{"status": "success", "data": {"resultType": "matrix", ...}}`. Values that are no numbers are
/// left out.
/// @param status  of HTTP
/// @error  kIo: Prometheus refused, with its own words; kMalformed: this is no answer of Prometheus
[[nodiscard]] Result<report::SeriesList> parse_matrix(long status, const std::string& body);

class Client {
 public:
  /// @param url  "http://host:9090", with a path where the API is not at the root
  /// @error  as Http::open
  [[nodiscard]] static Result<Client> open(std::string url, HttpOptions options);

  /// @error  as Http::get and parse_matrix, with the server's address in front
  [[nodiscard]] Result<report::SeriesList> range(const std::string& query, const report::Window& window);

 private:
  Client(std::string url, Http http);

  std::string url_;
  Http http_;
};

}  // namespace procledger::report
