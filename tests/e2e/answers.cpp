// SPDX-License-Identifier: Apache-2.0
#include "e2e/answers.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <regex>

#include "support/files.hpp"

namespace procledger::test {
namespace {

using nlohmann::json;

Result<json> parsed(const Result<std::string>& text) {
  if (!text) return tl::unexpected{text.error()};
  json value = json::parse(*text, nullptr, false);
  if (value.is_discarded()) return fail(ErrorKind::kMalformed, *text);
  return value;
}

}  // namespace

Result<std::vector<ShippedQuery>> shipped_queries() {
  const auto listed = run_command({std::string{PROCLEDGER_TEST_SOURCE_DIR} + "/../tools/list_queries"});
  if (!listed) return tl::unexpected{listed.error()};
  if (listed->exit_code() != 0) return fail(ErrorKind::kMalformed, listed->err);
  const auto list = parsed(listed->out);
  if (!list) return tl::unexpected{list.error()};
  std::vector<ShippedQuery> queries;
  for (const json& each : *list) queries.push_back({.place = each["place"], .expr = each["expr"], .label = each["label"]});
  return queries;
}

std::vector<std::string> Rule::level() const { return words(name.substr(0, name.find(':')), "_"); }

Result<std::vector<Rule>> loaded_rules(const PrometheusServer& server) {
  const auto data = parsed(server.ask("/api/v1/rules"));
  if (!data) return tl::unexpected{data.error()};
  std::vector<Rule> rules;
  for (const json& group : data->at("groups")) {
    for (const json& rule : group["rules"]) {
      const std::string health = rule["health"];
      rules.push_back({.name = rule["name"],
                       .query = rule["query"],
                       .alert = rule["type"] == "alerting",
                       .trouble = health == "ok" ? "" : health + ": " + rule.value("lastError", "")});
    }
  }
  return rules;
}

Result<std::vector<Sample>> instant(const PrometheusServer& server, const std::string& expr) {
  const auto data = parsed(server.ask("/api/v1/query", {{"query", expr}}));
  if (!data) return tl::unexpected{data.error()};
  if (data->value("resultType", "") != "vector") return fail(ErrorKind::kMalformed, "no vector: " + data->dump());
  std::vector<Sample> samples;
  for (const json& each : data->at("result")) {
    samples.push_back(
        {.labels = each["metric"].get<LabelMap>(), .value = std::strtod(each["value"][1].get<std::string>().c_str(), nullptr)});
  }
  return samples;
}

Result<std::size_t> points(const PrometheusServer& server, const std::string& expr) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  const auto data = parsed(server.ask(
      "/api/v1/query_range", {{"query", expr}, {"start", std::to_string(now - 120)}, {"end", std::to_string(now)}, {"step", "5"}}));
  if (!data) return tl::unexpected{data.error()};
  std::size_t most = 0;
  for (const json& each : data->at("result")) most = std::max(most, each["values"].size());
  return most;
}

// Strings and braces are removed first, so that no text in them looks like a name.
std::vector<AskedMetric> asked_metrics(const std::string& expr) {
  static const std::regex selector{R"(((?:up|[a-z_]*:?(?:procledger|process)_[a-zA-Z0-9_:]*))(?![a-zA-Z0-9_:(])\s*(\{[^}]*\})?)"};
  static const std::regex matcher{R"re(([a-zA-Z_]+)\s*(?:=~|!~|!=|=)\s*"[^"]*")re"};
  std::vector<AskedMetric> asked;
  for (std::sregex_iterator at{expr.begin(), expr.end(), selector}; at != std::sregex_iterator{}; ++at) {
    AskedMetric metric{.metric = (*at)[1], .labels = {}};
    const std::string matchers = (*at)[2];
    for (std::sregex_iterator label{matchers.begin(), matchers.end(), matcher}; label != std::sregex_iterator{}; ++label) {
      metric.labels.insert((*label)[1]);
    }
    asked.push_back(std::move(metric));
  }
  return asked;
}

}  // namespace procledger::test
