// SPDX-License-Identifier: Apache-2.0
#include "commands/report/curl_library.hpp"

#include <dlfcn.h>

#include <string>

namespace procledger::report {
namespace {

constexpr const char* kName = "libcurl.so.4";  // its ABI has been that since 2006

template <typename Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast): POSIX's own way
  return function != nullptr;
}

Result<CurlLibrary> open_library() {
  void* library = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return fail(ErrorKind::kUnsupported, std::string{"HTTP requests need "} + kName + ": install the package libcurl4");
  }
  CurlLibrary found;
  const bool all = find(library, "curl_easy_init", found.easy_init) && find(library, "curl_easy_cleanup", found.easy_cleanup) &&
                   find(library, "curl_easy_setopt", found.easy_setopt) && find(library, "curl_easy_getinfo", found.easy_getinfo) &&
                   find(library, "curl_easy_perform", found.easy_perform) && find(library, "curl_easy_strerror", found.easy_strerror) &&
                   find(library, "curl_slist_append", found.slist_append) && find(library, "curl_slist_free_all", found.slist_free_all);
  if (!all) return fail(ErrorKind::kUnsupported, std::string{kName} + " lacks a function that is needed");
  return found;
}

}  // namespace

Result<const CurlLibrary*> CurlLibrary::load() {
  static const Result<CurlLibrary> library = open_library();
  if (!library) return tl::unexpected{library.error()};
  return &*library;
}

}  // namespace procledger::report
