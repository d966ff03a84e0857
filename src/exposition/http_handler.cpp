// SPDX-License-Identifier: Apache-2.0
#include "exposition/http_handler.hpp"

#include <string_view>

#include "exposition/negotiation.hpp"
#include "exposition/snapshot_json.hpp"
#include "exposition/text_format.hpp"

namespace procledger::exposition {
namespace {

constexpr std::string_view kHealthyPath = "/-/healthy";
constexpr std::string_view kReadyPath = "/-/ready";
constexpr std::string_view kReloadPath = "/-/reload";
constexpr std::string_view kSnapshotPath = "/api/v1/snapshot";

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<' || c == '>' || c == '&' || c == '"') {
      (out += "&#") += std::to_string(static_cast<int>(c)) + ';';
    } else {
      out += c;
    }
  }
  return out;
}

std::string link(std::string_view path, std::string_view what) {
  const std::string target = html_text(path);
  return "<li><a href=\"" + target + "\">" + target + "</a>: " + std::string{what} + "</li>\n";
}

Response not_allowed(std::string_view allowed) {
  Response response = plain_text(405, "method not allowed; use " + std::string{allowed});
  response.headers.emplace_back("Allow", allowed);
  return response;
}

bool reads(std::string_view method) { return method == "GET" || method == "HEAD"; }

}  // namespace

Response plain_text(unsigned status, std::string line) {
  line += '\n';
  return {status, "text/plain; charset=utf-8", {}, std::make_shared<const std::string>(std::move(line))};
}

HttpHandler::HttpHandler(const metrics::SnapshotProvider& provider, std::string telemetry_path, Build build, PageModel model, Reload reload)
    : provider_{provider},
      telemetry_path_{std::move(telemetry_path)},
      build_{std::move(build)},
      model_{std::move(model)},
      reload_{std::move(reload)},
      pages_{[this](const metrics::Snapshot& snapshot, PageKind kind) { return render(snapshot, kind); }} {}

std::string HttpHandler::render(const metrics::Snapshot& snapshot, PageKind kind) const {
  if (kind == PageKind::kJson) return snapshot_json(snapshot, build_, model_.daemon);
  return write_page(snapshot, model_, kind == PageKind::kText ? Format::kText : Format::kOpenMetrics);
}

std::optional<Response> HttpHandler::answer_now(const Request& request) const {
  const std::string_view path = request.path;
  const bool metrics = path == telemetry_path_;
  if (path == kReloadPath && !metrics) return reload(request.method);
  const bool known = metrics || path == "/" || path == kHealthyPath || path == kReadyPath || path == kSnapshotPath;
  if (!known) return plain_text(404, "not found; the metrics are at " + telemetry_path_);
  if (!reads(request.method)) return not_allowed("GET, HEAD");
  if (metrics || path == kSnapshotPath) return std::nullopt;
  if (path == kHealthyPath) return plain_text(200, "procledger is healthy");
  return path == kReadyPath ? readiness() : landing_page();
}

// Methods and statuses are Prometheus's.
Response HttpHandler::reload(std::string_view method) const {
  if (method != "POST" && method != "PUT") return not_allowed("POST, PUT");
  if (!reload_) return plain_text(403, "lifecycle API is not enabled; start with --web.enable-lifecycle");
  std::string problems = reload_();
  return problems.empty() ? plain_text(200, "configuration reloaded") : plain_text(500, std::move(problems));
}

Response HttpHandler::readiness() const {
  const std::string reason = provider_.not_ready();
  return reason.empty() ? plain_text(200, "procledger is ready") : plain_text(503, reason);
}

Response HttpHandler::landing_page() const {
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"UTF-8\"><title>procledger</title></head>\n<body>\n<h1>procledger</h1>\n"
      "<p>";
  page += html_text(model_.about) + " Version " + html_text(build_.version) + ", revision " + html_text(build_.revision) + ".</p>\n<ul>\n";
  page += link(telemetry_path_, "metrics");
  page += link(kSnapshotPath, "the same values as JSON");
  page += link(kHealthyPath, "whether procledger runs");
  page += link(kReadyPath, "whether the metrics are ready");
  page += "</ul>\n</body>\n</html>\n";
  return {200, "text/html; charset=UTF-8", {}, std::make_shared<const std::string>(std::move(page))};
}

Response HttpHandler::answer(const Request& request, const metrics::SnapshotPtr& snapshot) {
  if (!snapshot) return plain_text(503, "the collection failed; procledger's log has the reason");
  Response response;
  PageKind kind = PageKind::kJson;
  if (request.path == telemetry_path_) {
    Choice choice = choose_format(request.accept);
    kind = choice.format == Format::kText ? PageKind::kText : PageKind::kOpenMetrics;
    response.content_type = std::move(choice.content_type);
    response.headers.emplace_back("Vary", "Accept, Accept-Encoding");
  } else {
    response.content_type = "application/json";
    response.headers.emplace_back("Vary", "Accept-Encoding");
  }
  Page page = pages_.get(snapshot, kind, accepts_gzip(request.accept_encoding));
  response.body = std::move(page.body);
  if (page.gzipped) response.headers.emplace_back("Content-Encoding", "gzip");
  return response;
}

}  // namespace procledger::exposition
