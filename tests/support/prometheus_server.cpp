// SPDX-License-Identifier: Apache-2.0
#include "support/prometheus_server.hpp"

#include <cctype>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "support/clocks.hpp"

namespace procledger::test {
namespace {

std::string url_encoded(const std::string& text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) {
      encoded += c;
    } else {
      encoded.append({'%', kHex[byte >> 4], kHex[byte & 0xf]});
    }
  }
  return encoded;
}

Result<nlohmann::json> data_of(const Result<HttpResponse>& response) {
  if (!response) return tl::unexpected{response.error()};
  auto answer = nlohmann::json::parse(response->body, nullptr, false);
  if (!answer.is_object() || answer.value("status", "") != "success") return fail(ErrorKind::kMalformed, response->body);
  return answer["data"];
}

}  // namespace

Result<PrometheusServer> PrometheusServer::start(const Address& target, int scrape_seconds) {
  const std::string interval = std::to_string(scrape_seconds) + "s";
  return start_with("global: {scrape_interval: " + interval + ", scrape_timeout: " + interval +
                    "}\nscrape_configs: [{job_name: procledger, static_configs: [{targets: ['" + target.text() + "']}]}]\n");
}

Result<PrometheusServer> PrometheusServer::start_with(const std::string& config) {
  const auto port = free_port();
  if (!port) return tl::unexpected{port.error()};
  auto directory = std::make_unique<TempDir>();
  const std::string file = directory->path() / "prometheus.yml";
  if (auto written = write_file(file, config); !written) return tl::unexpected{written.error()};
  const Address address{"127.0.0.1", *port};
  auto child = Child::spawn({.argv = {"prometheus", "--config.file=" + file, "--storage.tsdb.path=" + (directory->path() / "data").string(),
                                      "--web.listen-address=" + address.text()},
                             .cgroup_procs = {},
                             .cpu = {},
                             .inherit = {}});
  if (!child) return tl::unexpected{child.error()};
  const bool ready = eventually(kHangDeadline, [&] {
    const auto answer = HttpClient{address}.get("/-/ready");
    return answer && answer->status == 200;
  });
  if (!ready) return fail(ErrorKind::kIo, "Prometheus did not become ready; its log:\n" + child->err());
  return PrometheusServer{std::move(directory), std::move(*child), address};
}

Result<std::string> PrometheusServer::ask(const std::string& path, const std::map<std::string, std::string>& parameters) const {
  std::string request = path;
  for (const auto& [name, value] : parameters) request += (request == path ? "?" : "&") + name + "=" + url_encoded(value);
  return data_of(HttpClient{address_}.get(request)).map([](const nlohmann::json& data) { return data.dump(); });
}

Result<std::map<std::string, double>> PrometheusServer::query(const std::string& expression, const std::string& label) const {
  const auto data = data_of(HttpClient{address_}.get("/api/v1/query?query=" + url_encoded(expression)));
  if (!data) return tl::unexpected{data.error()};
  if (!data->contains("result") || !data->at("result").is_array()) return fail(ErrorKind::kMalformed, data->dump());
  std::map<std::string, double> values;
  for (const auto& sample : data->at("result")) {
    values[sample["metric"].value(label, "")] = std::strtod(sample["value"][1].get<std::string>().c_str(), nullptr);
  }
  return values;
}

Result<std::string> PrometheusServer::last_scrape_error() const {
  const auto data = data_of(HttpClient{address_}.get("/api/v1/targets"));
  if (!data) return tl::unexpected{data.error()};
  const auto& targets = data->at("activeTargets");
  if (targets.empty()) return fail(ErrorKind::kMalformed, "Prometheus has no target");
  return targets[0].value("lastError", "");
}

Result<std::string> promtool_complaints(const std::string& page) {
  const TempDir directory;
  const std::string file = directory.path() / "page";
  if (auto written = write_file(file, page); !written) return tl::unexpected{written.error()};
  const auto checked = run_command({"sh", "-c", "exec promtool check metrics < " + file});
  if (!checked) return tl::unexpected{checked.error()};
  if (checked->exit_code() == 0) return checked->out + checked->err;
  return "exit code " + std::to_string(checked->exit_code()) + ": " + checked->out + checked->err;
}

}  // namespace procledger::test
