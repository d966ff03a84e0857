// SPDX-License-Identifier: Apache-2.0
#include "commands/report/prometheus_client.hpp"

#include <cstdint>
#include <utility>

#include "commands/report/answer.hpp"

namespace procledger::report {
namespace {

constexpr std::int64_t kMsPerSecond = 1000;

/// With three digits behind the dot.
std::string seconds(std::int64_t ms) {
  const std::string fraction = std::to_string(ms % kMsPerSecond + kMsPerSecond).substr(1);
  return std::to_string(ms / kMsPerSecond) + "." + fraction;
}

}  // namespace

Result<Client> Client::open(std::string url, HttpOptions options) {
  auto http = Http::open(std::move(options));
  if (!http) return tl::unexpected{std::move(http).error()};
  return Client{std::move(url), std::move(*http)};
}

Client::Client(std::string url, Http http) : url_{std::move(url)}, http_{std::move(http)} {
  while (url_.ends_with('/')) url_.pop_back();
}

Result<report::SeriesList> Client::range(const std::string& query, const report::Window& window) {
  const auto answer = http_.get(
      url_ + "/api/v1/query_range",
      {{"query", query}, {"start", seconds(window.begin_ms)}, {"end", seconds(window.end_ms)}, {"step", seconds(window.step_ms)}});
  if (!answer) return tl::unexpected{answer.error()};
  if (!answer->location.empty()) {
    return fail(ErrorKind::kIo,
                without_password(url_) + " redirects to " + answer->location + ", which is not followed: name that one, or log in");
  }
  auto series = parse_matrix(answer->status, answer->body);
  if (!series) return tl::unexpected{std::move(series).error().within(without_password(url_))};
  return series;
}

}  // namespace procledger::report
