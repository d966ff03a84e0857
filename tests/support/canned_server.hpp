// SPDX-License-Identifier: Apache-2.0
// An HTTP server that answers every request with the same bytes, for tests of clients.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "base/unique_fd.hpp"
#include "support/http_client.hpp"

namespace procledger::test {

class CannedServer {
 public:
  /// @param answer  with its status line and headers; empty: the server does not answer and keeps the connection open
  [[nodiscard]] static Result<std::unique_ptr<CannedServer>> start(std::string answer);

  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;
  ~CannedServer();

  [[nodiscard]] std::string url() const { return "http://" + address_.text(); }
  /// The requests so far, each up to the end of its headers.
  [[nodiscard]] std::vector<std::string> requests() const;

  CannedServer(UniqueFd listener, UniqueFd stop, UniqueFd stopped, Address address, std::string answer);  ///< for `start`

 private:
  void serve();
  void answer_one();

  UniqueFd listener_;
  UniqueFd stop_;     ///< closed to stop the server
  UniqueFd stopped_;  ///< readable when `stop_` is closed
  Address address_;
  std::string answer_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<UniqueFd> silent_;  ///< connections that wait for an answer
  std::thread thread_;
};

/// An answer with status line, headers and body.
[[nodiscard]] std::string http_answer(int status, const std::string& body, const std::string& more_headers = {});

}  // namespace procledger::test
