// SPDX-License-Identifier: Apache-2.0
#include "commands/report/http_client.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <type_traits>

namespace procledger::report {
namespace {

constexpr const char* kName = "libcurl.so.4";  // the ABI version since 2006

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
  if (!all) return fail(ErrorKind::kUnsupported, std::string{kName} + " lacks a required function: upgrade the package libcurl4");
  return found;
}

// An answer with a thousand groups over a thousand steps takes a twentieth of this limit.
constexpr std::size_t kMaxBytes = std::size_t{512} << 20;
constexpr std::chrono::milliseconds kConnect{10'000};

struct FreeList {
  const CurlLibrary* library;
  void operator()(curl_slist* list) const noexcept { library->slist_free_all(list); }
};

std::size_t take(const char* data, std::size_t size, std::size_t count, void* to) {
  auto& body = *static_cast<std::string*>(to);
  if (body.size() + size * count > kMaxBytes) return 0;  // libcurl aborts the transfer: fewer bytes taken than given
  body.append(data, size * count);
  return size * count;
}

std::string escaped(const std::string& text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (kPlain.find(c) != std::string_view::npos) {
      result += c;
    } else {
      result.append({'%', kHex[byte >> 4], kHex[byte & 0xf]});
    }
  }
  return result;
}

std::string with_parameters(const std::string& url, const Parameters& parameters) {
  std::string text = url;
  char separator = '?';
  for (const auto& [name, value] : parameters) {
    text += separator + name + "=" + escaped(value);
    separator = '&';
  }
  return text;
}

}  // namespace

Result<const CurlLibrary*> CurlLibrary::load() {
  static const Result<CurlLibrary> library = open_library();
  if (!library) return tl::unexpected{library.error()};
  return &*library;
}

class Http::Handle {
 public:
  explicit Handle(const CurlLibrary& library) : library_{library}, curl_{library.easy_init()} {}
  ~Handle() { library_.easy_cleanup(curl_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  [[nodiscard]] CURL* get() const { return curl_; }

  template <typename Value>
  void set(CURLoption option, Value value) {
    good_ = good_ && library_.easy_setopt(curl_, option, value) == CURLE_OK;
  }
  [[nodiscard]] bool good() const { return curl_ != nullptr && good_; }
  [[nodiscard]] const CurlLibrary& library() const { return library_; }

 private:
  const CurlLibrary& library_;
  CURL* curl_;
  bool good_{true};
};

Result<Http> Http::open(HttpOptions options) {
  const auto library = CurlLibrary::load();
  if (!library) return tl::unexpected{library.error()};
  return Http{std::move(options), std::make_unique<Handle>(**library)};
}

Http::Http(HttpOptions options, std::unique_ptr<Handle> opened) : options_{std::move(options)}, handle_{std::move(opened)} {
  Handle& handle = *handle_;
  handle.set(CURLOPT_NOSIGNAL, 1L);
  handle.set(CURLOPT_PROTOCOLS_STR, "http,https");
  handle.set(CURLOPT_ACCEPT_ENCODING, "");
  handle.set(CURLOPT_WRITEFUNCTION, &take);
  handle.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(kConnect, options_.timeout).count()));
  handle.set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
  handle.set(CURLOPT_USERAGENT, "procledger");
  if (!options_.ca_file.empty()) handle.set(CURLOPT_CAINFO, options_.ca_file.c_str());
}

Http::~Http() = default;
Http::Http(Http&& other) noexcept = default;

Result<HttpAnswer> Http::get(const std::string& url, const Parameters& parameters) {
  HttpAnswer answer;
  std::array<char, CURL_ERROR_SIZE> said{};
  Handle& handle = *handle_;
  const CurlLibrary& library = handle.library();
  std::unique_ptr<curl_slist, FreeList> headers{nullptr, FreeList{&library}};
  if (!options_.bearer_token.empty())
    headers.reset(library.slist_append(nullptr, ("Authorization: Bearer " + options_.bearer_token).c_str()));
  handle.set(CURLOPT_URL, with_parameters(url, parameters).c_str());
  handle.set(CURLOPT_HTTPHEADER, headers.get());
  handle.set(CURLOPT_WRITEDATA, static_cast<void*>(&answer.body));
  handle.set(CURLOPT_ERRORBUFFER, said.data());
  if (!handle.good()) return fail(ErrorKind::kUnsupported, "this libcurl lacks a required option: upgrade the package libcurl4");
  const CURLcode code = library.easy_perform(handle.get());
  handle.set(CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    return fail(ErrorKind::kUsage, without_password(url) + " is not a URL like http://host:9090");
  }
  if (code == CURLE_WRITE_ERROR) return fail(ErrorKind::kIo, "the answer is longer than 512 MiB; take a longer --step");
  if (code != CURLE_OK)
    return fail(ErrorKind::kIo, without_password(url) + ": " + (said[0] != '\0' ? said.data() : library.easy_strerror(code)) +
                                    "; check --prometheus, --ca-file and --timeout");
  library.easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  const char* location = nullptr;
  library.easy_getinfo(handle.get(), CURLINFO_REDIRECT_URL, &location);
  if (location != nullptr) answer.location = without_password(location);
  return answer;
}

std::string without_password(const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  std::size_t at = url.rfind('@', end);
  if (at == std::string::npos || at < begin) {
    // An unescaped / ? or # in a password ends the host part too early. Then the text after the colon is not a port number.
    const std::size_t colon = url.find(':', begin);
    const bool port = colon < end && url.find_first_not_of("0123456789", colon + 1) == end;
    at = colon < end && !port ? url.rfind('@') : std::string::npos;
    if (at == std::string::npos || at < end) return url;
  }
  return url.substr(0, begin) + url.substr(at + 1);
}

}  // namespace procledger::report
