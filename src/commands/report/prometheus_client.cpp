// SPDX-License-Identifier: Apache-2.0
#include "commands/report/prometheus_client.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace procledger::report {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxOfBody = 200;
constexpr std::int64_t kMsPerSecond = 1000;

std::string text_at(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string{};
}

/// Finds the list of series in an answer.
/// @return  null: the answer is not a matrix
const Json* matrix_in(const Json& answer) {
  const auto data = answer.find("data");
  if (data == answer.end() || !data->is_object() || text_at(*data, "resultType") != "matrix") return nullptr;
  const auto result = data->find("result");
  return result != data->end() && result->is_array() ? &*result : nullptr;
}

Result<report::Series> series_of(const Json& entry) {
  const auto malformed = [] {
    return fail(ErrorKind::kMalformed, "the answer has a series without labels, times or values; check --prometheus");
  };
  if (!entry.is_object() || !entry.contains("metric") || !entry["metric"].is_object() || !entry.contains("values") ||
      !entry["values"].is_array()) {
    return malformed();
  }
  report::Series series;
  for (const auto& [name, value] : entry["metric"].items()) {
    if (!value.is_string()) return malformed();
    series.labels.emplace(name, value.get<std::string>());
  }
  for (const Json& pair : entry["values"]) {
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number() || !pair[1].is_string()) return malformed();
    const auto& text = pair[1].get_ref<const std::string&>();
    double value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) continue;
    series.values[std::llround(pair[0].get<double>() * static_cast<double>(kMsPerSecond))] = value;
  }
  return series;
}

/// Seconds with three digits after the dot.
std::string seconds(std::int64_t ms) {
  const std::string fraction = std::to_string(ms % kMsPerSecond + kMsPerSecond).substr(1);
  return std::to_string(ms / kMsPerSecond) + "." + fraction;
}

}  // namespace

Result<report::SeriesList> parse_matrix(long status, const std::string& body) {
  constexpr long kOk = 200;
  const auto answer = Json::parse(body, nullptr, false);
  const std::string code = "HTTP " + std::to_string(status);
  if (!answer.is_object() || !answer.contains("status")) {
    std::string_view rest{body};
    const std::string line = safe_text(take_until(rest, '\n'), kMaxOfBody);
    if (status != kOk) {
      return fail(ErrorKind::kIo, code + " instead of an answer of Prometheus: " + line + "; check --prometheus and --bearer-token-file");
    }
    return fail(ErrorKind::kMalformed, "the answer does not come from Prometheus: " + line + "; check --prometheus");
  }
  if (text_at(answer, "status") != "success") {
    return fail(ErrorKind::kIo,
                "Prometheus refused (" + code + "): " + safe_text(text_at(answer, "errorType") + ": " + text_at(answer, "error"), 1000));
  }
  const Json* result = matrix_in(answer);
  if (result == nullptr) {
    return fail(ErrorKind::kMalformed, "the answer is not a matrix, the result of a range query: " + safe_text(body, kMaxOfBody));
  }
  report::SeriesList list;
  for (const Json& entry : *result) {
    auto series = series_of(entry);
    if (!series) return tl::unexpected{std::move(series).error()};
    list.push_back(std::move(*series));
  }
  return list;
}

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
                without_password(url_) + " redirects to " + answer->location + "; redirects are not followed: use that URL, or log in");
  }
  auto series = parse_matrix(answer->status, answer->body);
  if (!series) return tl::unexpected{std::move(series).error().within(without_password(url_))};
  return series;
}

}  // namespace procledger::report
