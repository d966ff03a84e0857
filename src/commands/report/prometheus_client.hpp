// SPDX-License-Identifier: Apache-2.0
// A client for the query API of Prometheus, which other servers also have.
#pragma once

#include <string>

#include "base/result.hpp"
#include "commands/report/http_client.hpp"
#include "commands/report/rows.hpp"

namespace procledger::report {

/// Parses the answer to a range query, `{"status": "success", "data": {"resultType": "matrix", ...}}`. Leaves out values that are not
/// finite numbers.
/// @param status  the HTTP status
/// @error  kIo: Prometheus refused, with the server's own message; kMalformed: the answer does not come from Prometheus
[[nodiscard]] Result<report::SeriesList> parse_matrix(long status, const std::string& body);

/// Sends range queries to one server.
class Client {
 public:
  /// @param url  "http://host:9090", with a path if the API is not at the root
  /// @error  as Http::open
  [[nodiscard]] static Result<Client> open(std::string url, HttpOptions options);

  /// Runs one range query.
  /// @error  as Http::get and parse_matrix; the message begins with the URL of the server
  [[nodiscard]] Result<report::SeriesList> range(const std::string& query, const report::Window& window);

 private:
  Client(std::string url, Http http);

  std::string url_;
  Http http_;
};

}  // namespace procledger::report
