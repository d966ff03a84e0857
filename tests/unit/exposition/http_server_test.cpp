// SPDX-License-Identifier: Apache-2.0
// The server with real sockets on loopback.
#include "exposition/http_server.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "golden/sample_snapshot.hpp"
#include "support/exposition.hpp"
#include "support/http_client.hpp"
#include "unit/exposition/fake_provider.hpp"
#include "unit/exposition/gunzip.hpp"

namespace procledger::exposition {
namespace {

using test::Address;
using test::connect_to;
using test::FakeProvider;
using test::HttpClient;
using test::HttpResponse;

const metrics::SnapshotPtr& sample() {
  static const metrics::SnapshotPtr kSample = std::make_shared<const metrics::Snapshot>(test::sample_snapshot());
  return kSample;
}

HttpOptions loopback(std::string address = "127.0.0.1:0") {
  HttpOptions options;
  options.listen_addresses = {std::move(address)};
  return options;
}

class HttpServerTest : public ::testing::Test {
 protected:
  void start(const HttpOptions& options) {
    auto server = HttpServer::start(options, provider_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
    address_ = *Address::parse(server_->addresses().front());
  }

  HttpResponse request(const std::string& method, const std::string& path, const std::vector<std::string>& headers = {}) {
    auto response = HttpClient{address_}.request(method, path, headers);
    EXPECT_TRUE(response) << (response ? "" : response.error().message);
    return response.value_or(HttpResponse{});
  }

  HttpResponse get(const std::string& path, const std::vector<std::string>& headers = {}) { return request("GET", path, headers); }

  std::future<Result<HttpResponse>> get_later(const std::string& path) {
    return std::async(std::launch::async, [address = address_, path] { return HttpClient{address}.get(path); });
  }

  FakeProvider provider_;
  std::unique_ptr<HttpServer> server_;
  Address address_;
};

bool send_text(const UniqueFd& socket_fd, std::string_view text) {
  return send(socket_fd.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

constexpr std::string_view kUnfinished = "GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: ";

TEST_F(HttpServerTest, ServesAPageThatScrapersCanRead) {
  start(loopback());
  const auto response = get("/metrics");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(response.headers.at("x-content-type-options"), "nosniff");
  const auto page = test::Exposition::parse(response.body);
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->value("procledger_series"), static_cast<double>(page->series().size()));
}

TEST_F(HttpServerTest, QueryDoesNotChangeThePath) {
  start(loopback());
  EXPECT_EQ(get("/metrics?format=x").status, 200);
}

TEST_F(HttpServerTest, ListensOnIPv6) {
  if (auto server = HttpServer::start(loopback("[::1]:0"), provider_); !server) GTEST_SKIP() << "no IPv6 here: " << server.error().message;
  start(loopback("[::1]:0"));
  EXPECT_TRUE(server_->addresses().front().starts_with("[::1]:")) << server_->addresses().front();
  EXPECT_EQ(get("/metrics").status, 200);
}

TEST_F(HttpServerTest, AllAddressesMeansBothFamilies) {
  start(loopback(":0"));
  if (!server_->addresses().front().starts_with("[::]:")) GTEST_SKIP() << "no IPv6 here: bound " << server_->addresses().front();
  for (const auto* host : {"127.0.0.1", "::1"}) {
    const auto response = HttpClient{{host, address_.port}}.get("/-/healthy");
    ASSERT_TRUE(response) << host << ": " << response.error().message;
    EXPECT_EQ(response->status, 200) << host;
  }
}

TEST_F(HttpServerTest, SeveralAddressesServeTheSame) {
  HttpOptions options;
  options.listen_addresses = {"127.0.0.1:0", "127.0.0.2:0"};
  start(options);
  ASSERT_EQ(server_->addresses().size(), 2U);
  for (const auto& text : server_->addresses()) {
    const auto response = HttpClient{*Address::parse(text)}.get("/metrics");
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 200) << text;
  }
}

TEST_F(HttpServerTest, HeadHasTheHeadersOfGetAndNoBody) {
  start(loopback());
  HttpClient client{address_, {}, true};
  for (const auto* path : {"/", "/-/healthy", "/-/ready", "/api/v1/snapshot", "/metrics", "/nowhere"}) {
    const auto head = client.request("HEAD", path);
    ASSERT_TRUE(head) << head.error().message;
    const auto got = client.get(path);  // on the same connection: a body after HEAD would appear as its answer
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(head->status, got->status) << path;
    EXPECT_EQ(head->headers.at("content-type"), got->headers.at("content-type")) << path;
    EXPECT_EQ(head->headers.at("content-length"), std::to_string(got->body.size())) << path;
  }
}

TEST_F(HttpServerTest, ConnectionIsKeptBetweenScrapes) {
  HttpOptions options = loopback();
  options.connections_per_client = 1;  // a second connection would be refused
  start(options);
  HttpClient client{address_, {}, true};
  for (int i = 0; i < 3; ++i) {
    const auto response = client.get("/metrics");
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->headers.count("connection") == 0 || response->headers.at("connection") != "close", true);
  }
}

TEST_F(HttpServerTest, UnknownPathAndMethodAreRefused) {
  start(loopback());
  EXPECT_EQ(get("/nowhere").status, 404);
  const auto post = request("POST", "/metrics", {"Content-Length: 0"});
  EXPECT_EQ(post.status, 405);
  EXPECT_EQ(post.headers.at("allow"), "GET, HEAD");
  EXPECT_EQ(request("DELETE", "/").status, 405);
  EXPECT_EQ(request("POST", "/-/reload", {"Content-Length: 0"}).status, 403);
}

TEST_F(HttpServerTest, UploadIsBounded) {
  start(loopback());
  const auto socket_fd = connect_to(address_);
  ASSERT_TRUE(socket_fd) << socket_fd.error().message;
  ASSERT_TRUE(send_text(*socket_fd, "POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n"));
  const std::string part(16384, 'x');
  int parts = 0;
  while (parts < 6400 && send_text(*socket_fd, part)) ++parts;
  EXPECT_LT(parts, 6400) << "took 100 MB";
}

TEST_F(HttpServerTest, GzipUnpacksToThePlainPage) {
  provider_.hold();
  start(loopback());
  const auto one = [this](const std::vector<std::string>& headers) {
    auto later = std::async(std::launch::async, [this, headers] { return HttpClient{address_}.get("/metrics", headers); });
    EXPECT_TRUE(provider_.wait_for(1));
    provider_.settle(sample());
    return later.get().value_or(HttpResponse{});
  };
  const auto plain = one({});
  const auto packed = one({"Accept-Encoding: gzip"});
  EXPECT_EQ(plain.headers.count("content-encoding"), 0U);
  EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(test::gunzip(packed.body), plain.body);
  EXPECT_GT(plain.body.size(), packed.body.size());
}

TEST_F(HttpServerTest, OpenMetricsIsServedToPrometheus) {
  start(loopback());
  const auto response =
      get("/metrics", {"Accept: application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                       "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"});
  EXPECT_EQ(response.headers.at("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_TRUE(response.body.ends_with("# EOF\n"));
}

TEST_F(HttpServerTest, AcceptMayComeInSeveralLines) {
  start(loopback());
  const auto response = get("/metrics", {"Accept: text/plain;q=0.1", "accept: application/openmetrics-text;version=1.0.0"});
  EXPECT_EQ(response.headers.at("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
}

// More scrapes wait than the server has threads, and the server still answers other requests.
TEST_F(HttpServerTest, WaitingScrapesHoldNoThread) {
  provider_.hold();
  start(loopback());
  std::vector<std::future<Result<HttpResponse>>> scrapes;
  for (int i = 0; i < 20; ++i) scrapes.push_back(get_later("/metrics"));
  ASSERT_TRUE(provider_.wait_for(20));
  EXPECT_EQ(get("/-/healthy").status, 200);
  provider_.settle(sample());
  std::string first;
  for (auto& scrape : scrapes) {
    const auto response = scrape.get();
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 200);
    if (first.empty()) first = response->body;
    EXPECT_EQ(response->body, first);
  }
}

TEST_F(HttpServerTest, FailedCollectionIs503) {
  provider_.hold();
  start(loopback());
  auto scrape = get_later("/metrics");
  ASSERT_TRUE(provider_.wait_for(1));
  provider_.settle(nullptr);
  const auto response = scrape.get();
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 503);
}

class ThrowingProvider final : public metrics::SnapshotProvider {
 public:
  void request(Done /*done*/) override { throw std::runtime_error{"out of luck"}; }
  [[nodiscard]] std::string not_ready() const override { throw std::runtime_error{"out of luck"}; }
};

TEST_F(HttpServerTest, ExceptionsDoNotReachTheLibrary) {
  ThrowingProvider provider;
  const auto server = HttpServer::start(loopback(), provider);
  ASSERT_TRUE(server) << server.error().message;
  HttpClient client{*Address::parse((*server)->addresses().front())};
  const auto scrape = client.get("/metrics");
  ASSERT_TRUE(scrape) << scrape.error().message;
  EXPECT_EQ(scrape->status, 503);
  EXPECT_FALSE(client.get("/-/ready"));  // closed without an answer
  const auto alive = client.get("/-/healthy");
  ASSERT_TRUE(alive) << alive.error().message;
  EXPECT_EQ(alive->status, 200);
}

TEST_F(HttpServerTest, ShutdownEndsWaitingScrapes) {
  provider_.hold();
  start(loopback());
  std::vector<std::future<Result<HttpResponse>>> scrapes;
  for (int i = 0; i < 5; ++i) scrapes.push_back(get_later("/metrics"));
  ASSERT_TRUE(provider_.wait_for(5));
  server_.reset();
  for (auto& scrape : scrapes) {
    const auto response = scrape.get();
    EXPECT_TRUE(!response || response->status == 503);
  }
  EXPECT_FALSE(connect_to(address_));
  provider_.settle(sample());  // too late, and harmless
}

TEST_F(HttpServerTest, ShutdownRacesWithAnswers) {
  provider_.hold();
  for (int round = 0; round < 20; ++round) {
    start(loopback());
    auto scrape = get_later("/metrics");
    ASSERT_TRUE(provider_.wait_for(1));
    auto answering = std::async(std::launch::async, [this] { provider_.settle(sample()); });
    server_.reset();
    answering.get();
    (void)scrape.get();  // answered or cut off: both are correct
  }
}

TEST_F(HttpServerTest, ClientThatLeavesWhileWaitingIsForgotten) {
  provider_.hold();
  start(loopback());
  {
    const auto socket_fd = connect_to(address_);
    ASSERT_TRUE(socket_fd) << socket_fd.error().message;
    ASSERT_TRUE(send_text(*socket_fd, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"));
    ASSERT_TRUE(provider_.wait_for(1));
  }
  provider_.settle(sample());
  EXPECT_EQ(get("/-/healthy").status, 200);
}

TEST_F(HttpServerTest, HalfOpenClientsDelayNobody) {
  HttpOptions options = loopback();
  options.idle_timeout = std::chrono::minutes{10};  // the time until idle connections are closed
  start(options);
  std::vector<UniqueFd> half_open;
  for (int i = 0; i < 40; ++i) {
    auto socket_fd = connect_to(address_, "127.0.0.1");
    ASSERT_TRUE(socket_fd) << socket_fd.error().message;
    ASSERT_TRUE(send_text(*socket_fd, kUnfinished));
    half_open.push_back(std::move(*socket_fd));
  }
  for (const auto* source : {"127.0.0.2", "127.0.0.1"}) {
    const auto begin = std::chrono::steady_clock::now();
    const auto response = HttpClient{address_, source}.get("/metrics");
    const auto took = std::chrono::steady_clock::now() - begin;
    ASSERT_TRUE(response) << source << ": " << response.error().message;
    EXPECT_EQ(response->status, 200) << source;
    EXPECT_LT(took, options.idle_timeout / 2) << source;
  }
}

TEST_F(HttpServerTest, OneClientCannotTakeAllConnections) {
  HttpOptions options = loopback();
  options.connections_per_client = 3;
  start(options);
  std::vector<std::unique_ptr<HttpClient>> greedy;
  for (int i = 0; i < 3; ++i) {
    greedy.push_back(std::make_unique<HttpClient>(address_, "127.0.0.1", true));
    ASSERT_TRUE(greedy.back()->get("/-/healthy"));
  }
  EXPECT_FALSE((HttpClient{address_, "127.0.0.1"}.get("/-/healthy")));
  EXPECT_TRUE((HttpClient{address_, "127.0.0.2"}.get("/-/healthy")));
}

TEST_F(HttpServerTest, BusyPortIsAnErrorAndLeavesTheFirstServerAlone) {
  start(loopback());
  const auto second = HttpServer::start(loopback(server_->addresses().front()), provider_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kBusy);
  EXPECT_NE(second.error().message.find(server_->addresses().front()), std::string::npos) << second.error().message;
  EXPECT_EQ(get("/-/healthy").status, 200);
}

TEST_F(HttpServerTest, PortIsFreeAgainAfterTheEnd) {
  start(loopback());
  const std::string address = server_->addresses().front();
  EXPECT_EQ(get("/metrics").status, 200);
  server_.reset();
  start(loopback(address));
  EXPECT_EQ(get("/metrics").status, 200);
}

TEST_F(HttpServerTest, BadOptionsAreUsageErrors) {
  HttpOptions options = loopback();
  options.telemetry_path = "metrics";
  for (const auto& bad : {options, loopback("nonsense"), HttpOptions{.listen_addresses = {}}}) {
    const auto server = HttpServer::start(bad, provider_);
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().kind, ErrorKind::kUsage) << server.error().message;
  }
}

}  // namespace
}  // namespace procledger::exposition
