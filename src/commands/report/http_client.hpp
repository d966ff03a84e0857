// SPDX-License-Identifier: Apache-2.0
// One HTTP request after another.
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

// libcurl, loaded when it is first needed: with it come 20 more libraries and 2 MB, and the daemon, which runs with rights all day, shall
// have nothing of them.

/// The functions of libcurl that are used here, under their own names less the prefix.
struct CurlLibrary {
  decltype(&::curl_easy_init) easy_init{};
  decltype(&::curl_easy_cleanup) easy_cleanup{};
  decltype(&::curl_easy_setopt) easy_setopt{};
  decltype(&::curl_easy_getinfo) easy_getinfo{};
  decltype(&::curl_easy_perform) easy_perform{};
  decltype(&::curl_easy_strerror) easy_strerror{};
  decltype(&::curl_slist_append) slist_append{};
  decltype(&::curl_slist_free_all) slist_free_all{};

  /// Stays until the program ends.
  /// @error  kUnsupported: it is not installed; the message says how to mend that
  [[nodiscard]] static Result<const CurlLibrary*> load();
};

struct HttpOptions {
  std::string bearer_token;                                     ///< empty: none
  std::string ca_file;                                          ///< certificates to trust instead of the system's; empty: those
  std::chrono::milliseconds timeout{std::chrono::seconds{30}};  ///< for a whole request
};

struct HttpAnswer {
  long status{};
  std::string body;
  std::string location;  ///< where a redirection points to; it is not followed, since it would take a password along
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

class Http {
 public:
  /// @error  kUnsupported: there is no HTTP client on this host
  [[nodiscard]] static Result<Http> open(HttpOptions options);
  ~Http();
  Http(Http&& other) noexcept;
  Http& operator=(Http&&) = delete;
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  /// GET, with compression where the server can.
  /// @param url  http or https; may have user:password@
  /// @error  kUsage: no such URL; kIo: no answer in time, refused, no such host, TLS. The message has neither password nor token in it
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
