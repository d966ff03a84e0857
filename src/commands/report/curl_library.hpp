// SPDX-License-Identifier: Apache-2.0
// libcurl, loaded when it is first needed: with it come 20 more libraries and 2 MB, and the daemon, which runs with rights all day, shall
// have nothing of them.
#pragma once

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "base/result.hpp"

namespace procledger::report {

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

}  // namespace procledger::report
