// SPDX-License-Identifier: Apache-2.0
// Asks a Prometheus server, or whoever speaks its API.
#pragma once

#include <string>

#include "base/result.hpp"
#include "commands/report/http_client.hpp"
#include "commands/report/series.hpp"

namespace procledger::report {

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
