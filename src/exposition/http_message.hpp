// SPDX-License-Identifier: Apache-2.0
// A request and its answer, without any HTTP library.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace procledger::exposition {

struct Request {
  std::string method;
  std::string path;  ///< without the query
  std::string accept;
  std::string accept_encoding;
};

struct Response {
  unsigned status{200};
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;  ///< beside Content-Type
  std::shared_ptr<const std::string> body;                   ///< shared, so that many scrapers cost one page; never null
};

}  // namespace procledger::exposition
