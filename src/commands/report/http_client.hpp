// SPDX-License-Identifier: Apache-2.0
// An HTTP client for `report`: one request at a time.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "base/result.hpp"

namespace procledger::report {

// procledger loads libcurl with dlopen on first use. Linking it would add 20 libraries and 2 MB to the daemon, which runs with privileges.

/// The functions of libcurl that this client uses, under their names without the prefix.
struct CurlLibrary {
  decltype(&::curl_easy_init) easy_init{};
  decltype(&::curl_easy_cleanup) easy_cleanup{};
  decltype(&::curl_easy_setopt) easy_setopt{};
  decltype(&::curl_easy_getinfo) easy_getinfo{};
  decltype(&::curl_easy_perform) easy_perform{};
  decltype(&::curl_easy_strerror) easy_strerror{};
  decltype(&::curl_slist_append) slist_append{};
  decltype(&::curl_slist_free_all) slist_free_all{};

  /// Loads libcurl, which stays loaded until the program ends.
  /// @error  kUnsupported: libcurl is not installed; the message names the package
  [[nodiscard]] static Result<const CurlLibrary*> load();
};

struct HttpOptions {
  std::string bearer_token;                                     ///< empty: none
  std::string ca_file;                                          ///< certificates to trust instead of the system's; empty: the system's
  std::chrono::milliseconds timeout{std::chrono::seconds{30}};  ///< for a whole request
};

struct HttpAnswer {
  long status{};
  std::string body;
  std::string location;  ///< the target of a redirect; the client follows none, since a redirect would pass on the password
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Owns one connection handle. `Client` sends its queries through it.
class Http {
 public:
  /// @error  kUnsupported: libcurl is not installed on this host
  [[nodiscard]] static Result<Http> open(HttpOptions options);
  ~Http();
  Http(Http&& other) noexcept;
  Http& operator=(Http&&) = delete;
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  /// Sends a GET request and accepts compressed answers.
  /// @param url  http or https; may contain user:password@
  /// @error  kUsage: not a URL; kIo: no answer in time, connection refused, unknown host, TLS. Messages contain neither password nor token
  [[nodiscard]] Result<HttpAnswer> get(const std::string& url, const Parameters& parameters);

 private:
  class Handle;
  Http(HttpOptions options, std::unique_ptr<Handle> opened);

  HttpOptions options_;
  std::unique_ptr<Handle> handle_;
};

/// The URL without user and password, for messages.
[[nodiscard]] std::string without_password(const std::string& url);

}  // namespace procledger::report
